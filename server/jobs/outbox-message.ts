import type { MessageChannel, MessageClass, MessageError, MessageStatus } from '#shared/messaging/message.ts'
import type { SendOutcome } from '../ports/send-outcome.ts'
import type { Tx } from '../postgres/transaction.ts'

export type RecipientKind = 'reporter_contact' | 'push_subscription' | 'one_time_secret'

/** A message to be written into the outbox, in the transaction of the change that causes it. */
export interface NewMessage {
  /** uuidv7. */
  readonly id: string
  readonly class: MessageClass
  readonly channel: MessageChannel
  readonly topic: string
  readonly subject: { readonly type: string; readonly id: string }
  /** Whose address is read when the message is sent. */
  readonly recipient: { readonly kind: RecipientKind; readonly id: string }
  readonly language: string
  /** Ids and numbers for the template; no text that a citizen wrote. */
  readonly params: Readonly<Record<string, unknown>>
  /** Seconds after which it is of no use. */
  readonly expiresInSeconds: number
  /** Why it must not go out although it would have: it is kept and shown, and never sent. */
  readonly cancelled?: MessageError
}

/** A message as the worker holds it. */
export interface OutboxRow {
  readonly id: string
  readonly class: MessageClass
  readonly channel: MessageChannel
  readonly topic: string
  readonly subjectType: string
  readonly subjectId: string
  readonly recipientKind: RecipientKind
  readonly recipientId: string
  readonly language: string
  readonly params: Record<string, unknown>
  readonly turn: number
  readonly attempt: number
  readonly attemptLimit: number
  readonly expired: boolean
}

/**
 * What is to be done with a message whose turn it is. `send`: the call, made after the claim is committed; `provider`
 * names what the circuit breaker watches. `end`: it is not sent at all.
 */
export type Prepared =
  | { readonly kind: 'send'; readonly provider: string; send(): Promise<SendOutcome> }
  | { readonly kind: 'end'; readonly status: 'failed' | 'cancelled'; readonly error: MessageError }

export interface SettledMessage extends OutboxRow {
  readonly status: MessageStatus
  readonly error: MessageError | null
}

/** What the feature that owns the messages brings: addresses and texts before a call, consequences after it. */
export interface OutboxHandler {
  /** Reads recipient and text inside the claiming transaction. */
  prepare(tx: Tx, row: OutboxRow): Promise<Prepared>
  /** Runs in the transaction that settles a message; what it returns runs after the commit. */
  settled(tx: Tx, message: SettledMessage): Promise<(() => void) | null>
  /** Whether a repeated message replaces the first one at the recipient, so that an unclear end may simply be tried again. */
  mayRepeat(channel: MessageChannel): boolean
}

export const rowColumns = `id, class, channel, topic, subject_type as "subjectType", subject_id as "subjectId",
  recipient_kind as "recipientKind", recipient_id as "recipientId", language, params, turn, attempt,
  attempt_limit as "attemptLimit", expires_at <= now() as expired`
