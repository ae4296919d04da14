import type { Actor } from '#shared/identity/actor.ts'
import type { Clock } from '../ports/clock.ts'
import { insertRows } from '../postgres/insert-rows.ts'
import type { Tx } from '../postgres/transaction.ts'

export interface AuditEntry {
  /** Noun and verb, e.g. `user.change`. */
  readonly action: string
  /** Null: the system itself, or somebody who is not known. */
  readonly actor: Pick<Actor, 'userId' | 'role' | 'deviceId' | 'keyId'> | null
  readonly requestId?: string | null
  readonly subject?: { type: string; id: string | null }
  /** As `changedFields` gives them: nothing personal in clear. */
  readonly before?: object | null
  readonly after?: object | null
}

export interface AuditParts {
  readonly clock: Clock
  newId(): string
}

/**
 * Writes down who did what, in the transaction that does it. For what is done beside commands, which the sync room writes
 * down itself. The application can never change or remove the row.
 */
export async function recordAudit(tx: Tx, parts: AuditParts, ...entries: readonly AuditEntry[]): Promise<void> {
  const at = new Date(parts.clock.now()).toISOString()
  await insertRows(tx, 'audit_entry', entries.map((entry) => ({ id: parts.newId(), at, ...rowOf(entry) })))
}

function rowOf({ action, actor, requestId = null, subject, before = null, after = null }: AuditEntry) {
  return {
    actor_id: actor?.userId ?? actor?.keyId ?? null,
    actor_role: actor?.role ?? 'system',
    device_id: actor?.deviceId ?? null,
    request_id: requestId,
    action,
    subject_type: subject?.type ?? null,
    subject_id: subject?.id ?? null,
    before,
    after
  }
}
