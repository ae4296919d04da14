import type { TenantRules } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** What the rules need to know of the tenant, as it stands in this transaction. */
export async function tenantRules(tx: Tx): Promise<TenantRules> {
  const { rows } = await tx.query<TenantRules>(
    `select time_zone as "timeZone", tracking_prefix as "trackingPrefix", calendar, reopen_hours as "reopenHours"
     from tenant where tenant_id = $1`,
    [tx.tenantId]
  )
  const rules = rows[0]
  if (!rules) throw new Error('The tenant of the transaction does not exist.')
  return rules
}
