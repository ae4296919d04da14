import type { SecondStepRule } from '#shared/identity/second-step.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** Roles of which the office wants a second step. */
export async function readStepRule(tx: Tx): Promise<SecondStepRule> {
  const { rows } = await tx.query<{ role: SecondStepRule['roles'][number] }>('select role from second_step_rule where tenant_id = $1 order by role', [tx.tenantId])
  return { roles: rows.map(({ role }) => role) }
}

/** From the next login on. Sessions limited by a rule that is gone are open. */
export async function saveStepRule(tx: Tx, { roles }: SecondStepRule): Promise<void> {
  await tx.query('delete from second_step_rule where tenant_id = $1', [tx.tenantId])
  await tx.query('insert into second_step_rule (tenant_id, role) select distinct $1::uuid, role from unnest($2::text[]) as role', [tx.tenantId, roles])
  await tx.query(
    `delete from limited_session l using user_account u
      where l.tenant_id = $1 and u.tenant_id = l.tenant_id and u.id = l.user_id and u.role <> all($2::text[])`,
    [tx.tenantId, roles]
  )
}
