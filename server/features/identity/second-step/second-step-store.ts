import type { SecondStep, SecondStepKind } from '#shared/identity/second-step.ts'
import type { Tx } from '../../../postgres/transaction.ts'

export interface StoredStep {
  kind: SecondStepKind
  sealedSecret: Buffer | null
  confirmed: boolean
}

export async function readStep(tx: Tx, userId: string): Promise<StoredStep | null> {
  const { rows } = await tx.query<StoredStep>(
    'select kind, sealed_secret as "sealedSecret", confirmed_at is not null as confirmed from second_step where user_id = $1',
    [userId]
  )
  return rows[0] ?? null
}

/** Begins anew; what was confirmed stays in force until the new one is. False when one is in force: it must be removed first. */
export async function beginStep(tx: Tx, step: { userId: string; kind: SecondStepKind; sealedSecret: Buffer | null; nowMs: number }): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into second_step as s (tenant_id, user_id, kind, sealed_secret, created_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, user_id) do update set kind = excluded.kind, sealed_secret = excluded.sealed_secret, created_at = excluded.created_at, last_step = 0
     where s.confirmed_at is null`,
    [tx.tenantId, step.userId, step.kind, step.sealedSecret, new Date(step.nowMs)]
  )
  return rowCount === 1
}

/** Puts it in force with new recovery codes; false when another request did so at the same moment. */
export async function confirmStep(tx: Tx, step: { userId: string; codeHashes: readonly Buffer[]; nowMs: number }): Promise<boolean> {
  const { rowCount } = await tx.query('update second_step set confirmed_at = $2 where user_id = $1 and confirmed_at is null', [step.userId, new Date(step.nowMs)])
  if (rowCount !== 1) return false
  await tx.query('delete from recovery_code where user_id = $1', [step.userId])
  await tx.query('insert into recovery_code (tenant_id, user_id, code_hash) select $1, $2, hash from unnest($3::bytea[]) as hash', [tx.tenantId, step.userId, step.codeHashes])
  return true
}

export async function removeStep(tx: Tx, userId: string): Promise<void> {
  await tx.query('delete from recovery_code where user_id = $1', [userId])
  await tx.query('delete from second_step where user_id = $1', [userId])
}

/** Takes the code of a time step: once, and none from before it. */
export async function takeTimeStep(tx: Tx, userId: string, step: number): Promise<boolean> {
  return (await tx.query('update second_step set last_step = $2 where user_id = $1 and last_step < $2', [userId, step])).rowCount === 1
}

export async function takeRecoveryCode(tx: Tx, code: { userId: string; hashes: readonly Buffer[]; nowMs: number }): Promise<boolean> {
  const { rowCount } = await tx.query('update recovery_code set used_at = $3 where user_id = $1 and code_hash = any($2) and used_at is null', [
    code.userId,
    code.hashes,
    new Date(code.nowMs)
  ])
  return rowCount === 1
}

export async function showStep(tx: Tx, userId: string): Promise<SecondStep> {
  const { rows } = await tx.query<SecondStep>(
    `select (select kind from second_step where user_id = $1 and confirmed_at is not null) as kind,
            (select count(*)::int from recovery_code where user_id = $1 and used_at is null) as "recoveryCodesLeft"`,
    [userId]
  )
  return rows[0] ?? { kind: null, recoveryCodesLeft: 0 }
}

/** The same secret under the present key. */
export async function sealAnew(tx: Tx, userId: string, sealedSecret: Buffer): Promise<void> {
  await tx.query('update second_step set sealed_secret = $2 where user_id = $1', [userId, sealedSecret])
}
