import { recordAudit } from '../../../audit/record-audit.ts'
import type { Look } from '../../../http/app-deps.ts'
import type { SessionParts } from '../needs.ts'

const action = 'impersonation.look'

/**
 * One row in the office's audit for each record and each list that the operator opens, once a session: route, noun and id, by the session's
 * device. Looked for first, one look of a session after the other, so that a page that asks often does not fill the audit.
 */
export async function noteLook(parts: SessionParts, { session, route, noun, id, requestId }: Look): Promise<void> {
  const { tenantId, deviceId } = session.actor
  await parts.database.withTenant({ tenantId }, async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${action} ${deviceId}`])
    const { rows } = await tx.query(
      `select 1 from audit_entry where tenant_id = $1 and subject_id is not distinct from $2 and action = $3 and device_id = $4 and after ->> 'route' = $5
         and at >= (select coalesce(max(impersonated_until), now()) - interval '2 hours' from device where tenant_id = $1 and id = $4) limit 1`,
      [tenantId, id, action, deviceId, route]
    )
    if (rows.length > 0) return
    await recordAudit(tx, parts, { action, actor: { userId: null, role: 'system', deviceId }, requestId, subject: { type: noun, id }, after: { route } })
  })
}
