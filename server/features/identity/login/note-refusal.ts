import { recordAudit } from '../../../audit/record-audit.ts'
import type { SessionParts } from '../needs.ts'

/** Written for unknown logins too: the same work. What was typed is not kept, it may be a password. */
export async function noteRefusal(parts: SessionParts, { tenantId, userId }: { tenantId: string; userId: string | null }): Promise<void> {
  await parts.database.withTenant({ tenantId }, (tx) => recordAudit(tx, parts, { action: 'session.refuse', actor: null, subject: { type: 'user', id: userId } }))
}
