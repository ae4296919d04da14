import type { Tx } from '../postgres/transaction.ts'
import type { NewMessage } from './outbox-message.ts'

/**
 * Writes messages into the outbox. They go out if, and only if, the transaction commits. Times are those of the
 * database: one clock for all processes.
 */
export async function enqueue(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return
  const rows = messages.map((message) => ({
    id: message.id,
    class: message.class,
    channel: message.channel,
    topic: message.topic,
    subject_type: message.subject.type,
    subject_id: message.subject.id,
    recipient_kind: message.recipient.kind,
    recipient_id: message.recipient.id,
    language: message.language,
    params: message.params,
    status: message.cancelled ? 'cancelled' : 'queued',
    last_error: message.cancelled ?? null,
    seconds: message.expiresInSeconds
  }))
  await tx.query(
    `insert into outbox (tenant_id, id, class, channel, topic, subject_type, subject_id, recipient_kind, recipient_id,
       language, params, status, last_error, expires_at)
     select $1, r.id, r.class, r.channel, r.topic, r.subject_type, r.subject_id, r.recipient_kind, r.recipient_id,
       r.language, r.params, r.status, r.last_error, now() + r.seconds * interval '1 second'
     from jsonb_to_recordset($2) r(id uuid, class text, channel text, topic text, subject_type text, subject_id uuid,
       recipient_kind text, recipient_id uuid, language text, params jsonb, status text, last_error text, seconds int)`,
    [tx.tenantId, JSON.stringify(rows)]
  )
}

/**
 * A person sends again what failed or is unclear: a new turn with `attempts` more calls and a new expiry. Resolves to
 * false when the message is in another state by now.
 */
export async function redrive(tx: Tx, id: string, attempts: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update outbox set status = 'queued', turn = turn + 1, attempt_limit = attempt + $2, relayed_at = null, lease_until = null,
       not_before = now(), expires_at = now() + (expires_at - created_at), last_error = null
     where id = $1 and status in ('failed', 'unknown')`,
    [id, attempts]
  )
  return rowCount === 1
}
