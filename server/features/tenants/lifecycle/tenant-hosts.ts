import { AppError } from '#shared/errors.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { refuseConstraints } from '../../../postgres/refuse-constraints.ts'
import { tenantRefusals } from '../create-tenant.ts'
import type { StatusNeeds } from './tenant-status.ts'

/** A name as DNS has it, with at least one dot, or `localhost`. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^(localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/i.test(text)
}

/** Lets a name lead to the office, or no longer. Throws an AppError where it leads to another office, or did not lead to this one. */
export async function changeHost(
  needs: StatusNeeds,
  tenantId: string,
  change: { host: string; step: 'add' | 'remove'; shared: boolean }
): Promise<void> {
  const host = change.host.toLowerCase()
  await needs.database.withTenant({ tenantId }, async (tx) => {
    if (change.step === 'add') {
      const text = 'insert into tenant_host (tenant_id, host, shared) values ($1, $2, $3)'
      await tx.query(text, [tenantId, host, change.shared]).catch(refuseConstraints({ ...tenantRefusals, tenant_host_pkey: tenantRefusals.tenant_host_host_key }))
    } else {
      const { rowCount } = await tx.query('delete from tenant_host where tenant_id = $1 and host = $2', [tenantId, host])
      if (rowCount === 0) throw new AppError('not_found', 'This name does not lead to the office.')
    }
    await recordAudit(tx, needs, { action: `tenant.host.${change.step}`, actor: null, after: { host } })
  })
}
