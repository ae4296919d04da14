import type { Actor } from '#shared/identity/actor.ts'
import { recordAudit, type AuditParts } from '../../../audit/record-audit.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { Tx } from '../../../postgres/transaction.ts'

interface PasskeyEvent {
  context: RequestContext<Actor>
  action: 'passkey.add' | 'passkey.remove'
  id: string
  /** Whose it is, where another person does it. */
  of?: string
}

/** Writes into the audit that a passkey came or went. Its name is its owner's words and stays out. */
export async function notePasskey(tx: Tx, parts: AuditParts, { context, action, id, of }: PasskeyEvent): Promise<void> {
  const { actor, requestId } = context
  await recordAudit(tx, parts, { action, actor, requestId, subject: { type: 'passkey', id }, after: of === undefined ? null : { userId: of } })
}
