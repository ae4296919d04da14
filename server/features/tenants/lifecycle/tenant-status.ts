import { AppError } from '#shared/errors.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import type { Database, Tx } from '../../../postgres/transaction.ts'
import type { Clock } from '../../../ports/clock.ts'

/** What is done here stands in the office's own audit, where its owner reads what the operator did. */
export interface StatusNeeds {
  /** Connects as the owner: status and quotas are not the application's to change. */
  readonly database: Database
  readonly clock: Clock
  newId(): string
}

/** What an office may use; null or absent is not limited. */
export interface Quotas {
  /** Active people. */
  readonly users?: number | null
  /** Bytes of stored photos, thumbnails not counted; asked when an upload begins. */
  readonly storageBytes?: number | null
  /** E-mails and SMS to citizens on a day of the office; more of them are cancelled as `daily_cap`. */
  readonly messagesPerDay?: number | null
}

/** Nobody enters any more; everything stays. Throws a sentence unless the office is active. */
export function suspendTenant(needs: StatusNeeds, tenantId: string): Promise<void> {
  return move(needs, tenantId, { from: ['active'], to: 'suspended', action: 'tenant.suspend' })
}

/** Opens an office that was suspended or was to be erased. */
export function resumeTenant(needs: StatusNeeds, tenantId: string): Promise<void> {
  return move(needs, tenantId, { from: ['suspended', 'leaving'], to: 'active', action: 'tenant.resume' })
}

/** Closes an office that will be erased `days` from now (server clock) unless it is resumed. Resolves with that instant. */
export async function deleteTenant(needs: StatusNeeds, tenantId: string, days: number): Promise<string> {
  const eraseAfter = new Date(needs.clock.now() + days * 86_400_000).toISOString()
  await move(needs, tenantId, { from: ['active', 'suspended'], to: 'leaving', action: 'tenant.delete', eraseAfter })
  return eraseAfter
}

/** Throws a sentence unless the grace period of a deleted office has passed, or an import into it was cut off. */
export async function mayErase({ database, clock }: StatusNeeds, tenantId: string): Promise<void> {
  const { status, eraseAfter } = await database.withTenant({ tenantId }, readStatus)
  if (status === 'importing') return
  if (status !== 'leaving' || eraseAfter === null) throw new AppError('conflict', `Delete the office first; it is ${status}.`)
  if (Date.parse(eraseAfter) > clock.now()) throw new AppError('conflict', `The grace period lasts until ${eraseAfter}.`)
}

/** Sets what is given and leaves the rest; null takes a limit away. */
export async function setQuotas(needs: StatusNeeds, tenantId: string, quotas: Quotas): Promise<Quotas> {
  return needs.database.withTenant({ tenantId }, async (tx) => {
    const { rows } = await tx.query<{ quotas: Quotas }>(
      'update tenant set quotas = jsonb_strip_nulls(quotas || $2::jsonb) where tenant_id = $1 returning quotas',
      [tenantId, JSON.stringify(quotas)]
    )
    if (!rows[0]) throw new AppError('not_found', 'There is no such office.')
    await recordAudit(tx, needs, { action: 'tenant.quota', actor: null, after: rows[0].quotas })
    return rows[0].quotas
  })
}

async function readStatus(tx: Tx): Promise<{ status: string; eraseAfter: string | null }> {
  const { rows } = await tx.query<{ status: string; eraseAfter: string | null }>(
    'select status, erase_after as "eraseAfter" from tenant where tenant_id = $1 for update',
    [tx.tenantId]
  )
  if (!rows[0]) throw new AppError('not_found', 'There is no such office.')
  return rows[0]
}

async function move(
  needs: StatusNeeds,
  tenantId: string,
  step: { from: readonly string[]; to: string; action: string; eraseAfter?: string }
): Promise<void> {
  await needs.database.withTenant({ tenantId }, async (tx) => {
    const before = await readStatus(tx)
    if (!step.from.includes(before.status)) throw new AppError('conflict', `The office is ${before.status}.`)
    await tx.query('update tenant set status = $2, status_since = $3, erase_after = $4 where tenant_id = $1', [
      tenantId,
      step.to,
      new Date(needs.clock.now()).toISOString(),
      step.eraseAfter ?? null
    ])
    await recordAudit(tx, needs, { action: step.action, actor: null, before, after: { status: step.to, eraseAfter: step.eraseAfter ?? null } })
  })
}
