import type { MessageError, MessageStatus } from '#shared/messaging/message.ts'
import type { SendOutcome } from '../ports/send-outcome.ts'
import type { Tx } from '../postgres/transaction.ts'
import { rowColumns, type OutboxRow } from './outbox-message.ts'

/** How long a claimed message belongs to its worker. Longer than any call may take. */
export const leaseSeconds = 90

/** Takes a message whose turn it is: of several workers one gets it, the others null. */
export async function lockTurn(tx: Tx, id: string, turn: number): Promise<OutboxRow | null> {
  const { rows } = await tx.query<OutboxRow>(
    `select ${rowColumns} from outbox where id = $1 and turn = $2 and status = 'queued' and not_before <= now()
     for update skip locked`,
    [id, turn]
  )
  return rows[0] ?? null
}

/** Marks the call that follows the commit: from here on something may have left. */
export async function beginAttempt(tx: Tx, row: OutboxRow, provider: string): Promise<OutboxRow> {
  const attempt = row.attempt + 1
  await tx.query(
    `update outbox set status = 'sending', attempt = $2, provider = $3, lease_until = now() + $4 * interval '1 second' where id = $1`,
    [row.id, attempt, provider, leaseSeconds]
  )
  await tx.query('insert into outbox_attempt (tenant_id, message_id, attempt, provider) values ($1, $2, $3, $4)', [
    tx.tenantId,
    row.id,
    attempt,
    provider
  ])
  return { ...row, attempt }
}

export async function endAttempt(tx: Tx, row: OutboxRow, outcome: SendOutcome): Promise<void> {
  await tx.query(
    'update outbox_attempt set ended_at = now(), outcome = $3, error = $4 where message_id = $1 and attempt = $2',
    [row.id, row.attempt, outcome.kind, outcome.kind === 'accepted' ? null : outcome.error]
  )
}

/** Writes the end of this turn; false when a higher status, or a later turn, is there already. */
export async function settle(
  tx: Tx,
  row: Pick<OutboxRow, 'id' | 'turn'>,
  end: { status: MessageStatus; error: MessageError | null; providerRef?: string | null }
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update outbox set status = $3, last_error = $4, provider_ref = coalesce($5, provider_ref), lease_until = null
     where id = $1 and turn = $2 and outbox_rank(status) < outbox_rank($3)`,
    [row.id, row.turn, end.status, end.error, end.providerRef ?? null]
  )
  return rowCount === 1
}

/** Back into the queue for a later turn: only from the worker's own turn, and only while no one knows better. */
export async function postpone(
  tx: Tx,
  row: Pick<OutboxRow, 'id' | 'turn'>,
  again: { afterMs: number; error: MessageError }
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update outbox set status = 'queued', turn = turn + 1, last_error = $4, lease_until = null, relayed_at = null,
       not_before = now() + $3 * interval '1 millisecond'
     where id = $1 and turn = $2 and status in ('queued', 'sending', 'unknown')`,
    [row.id, row.turn, Math.round(again.afterMs), again.error]
  )
  return rowCount === 1
}
