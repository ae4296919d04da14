import {
  messageStatuses,
  type Message,
  type MessageChannel,
  type MessageError,
  type MessageStatus
} from '#shared/messaging/message.ts'
import type { RecipientKind } from '../../jobs/outbox-message.ts'
import type { Tx } from '../../postgres/transaction.ts'

export interface MessageFilter {
  status?: MessageStatus | undefined
  channel?: MessageChannel | undefined
  /** Only messages older than this one. */
  before?: string | undefined
  limit: number
}

export type StoredMessage = Omit<Message, 'number' | 'recipient' | 'mayRetry'> & {
  recipientKind: RecipientKind
  recipientId: string
}

const columns = `id, channel, class, topic, subject_type as "subjectType", subject_id as "subjectId", recipient_kind as "recipientKind",
  recipient_id as "recipientId", language, status, attempt, last_error as "lastError", created_at as "createdAt",
  not_before as "notBefore", updated_at as "updatedAt"`

/** Newest first: ids are made in the order of time. */
export async function listMessages(tx: Tx, filter: MessageFilter): Promise<StoredMessage[]> {
  const { rows } = await tx.query<StoredMessage>(
    `select ${columns} from outbox
     where ($1::text is null or status = $1) and ($2::text is null or channel = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.status ?? null, filter.channel ?? null, filter.before ?? null, filter.limit]
  )
  return rows
}

export async function findMessage(tx: Tx, id: string): Promise<StoredMessage | null> {
  const { rows } = await tx.query<StoredMessage>(`select ${columns} from outbox where id = $1`, [id])
  return rows[0] ?? null
}

export async function countMessages(
  tx: Tx
): Promise<{ counts: Record<MessageStatus, number>; oldestQueuedAt: string | null }> {
  const { rows } = await tx.query<{ status: MessageStatus; count: number; oldest: string }>(
    `select status, count(*) as count, min(created_at) as oldest from outbox group by status`
  )
  const of = (status: MessageStatus) => rows.find((row) => row.status === status)
  const counts = Object.fromEntries(messageStatuses.map((status) => [status, of(status)?.count ?? 0])) as Record<
    MessageStatus,
    number
  >
  return { counts, oldestQueuedAt: of('queued')?.oldest ?? null }
}

export interface Acknowledgement {
  channel: MessageChannel
  status: MessageStatus
  error: MessageError | null
}

/** What became of the acknowledgements of a grievance: for the page that promises them. */
export async function acknowledgementsOf(tx: Tx, grievanceId: string): Promise<Acknowledgement[]> {
  const { rows } = await tx.query<Acknowledgement>(
    `select channel, status, last_error as error from outbox
     where subject_type = 'grievance' and subject_id = $1 and topic = 'grievance.acknowledged' order by id`,
    [grievanceId]
  )
  return rows
}
