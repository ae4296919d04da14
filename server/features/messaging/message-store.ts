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

/** Of messages about grievances those that a reader may see; `$n` null: all there are. */
const within = (place: string) => `(${place}::text[] is null or exists (select 1 from sync_document d
  where d.tenant_id = outbox.tenant_id and d.collection = 'cases' and d.id = outbox.subject_id and d.scopes && ${place}))`

/** Scopes of grievances, or null for who sees all messages. */
export type MessageReach = readonly string[] | null

/** Newest first: ids are made in the order of time. */
export async function listMessages(tx: Tx, filter: MessageFilter, reach: MessageReach): Promise<StoredMessage[]> {
  const { rows } = await tx.query<StoredMessage>(
    `select ${columns} from outbox
     where ($1::text is null or status = $1) and ($2::text is null or channel = $2) and ($3::uuid is null or id < $3) and ${within('$5')}
     order by id desc limit $4`,
    [filter.status ?? null, filter.channel ?? null, filter.before ?? null, filter.limit, reach]
  )
  return rows
}

export async function findMessage(tx: Tx, id: string, reach: MessageReach): Promise<StoredMessage | null> {
  const { rows } = await tx.query<StoredMessage>(`select ${columns} from outbox where id = $1 and ${within('$2')}`, [id, reach])
  return rows[0] ?? null
}

export async function countMessages(
  tx: Tx,
  reach: MessageReach
): Promise<{ counts: Record<MessageStatus, number>; oldestQueuedAt: string | null }> {
  const { rows } = await tx.query<{ status: MessageStatus; count: number; oldest: string }>(
    `select status, count(*) as count, min(created_at) as oldest from outbox where ${within('$1')} group by status`,
    [reach]
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
