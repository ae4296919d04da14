import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { field, fieldFacts } from '../schema-facts.ts'

export const messageChannels = ['email', 'sms', 'push'] as const
export type MessageChannel = (typeof messageChannels)[number]

/** In order of urgency; each has queues and workers of its own, so that a campaign never delays a code. */
export const messageClasses = ['otp', 'transactional', 'campaign'] as const
export type MessageClass = (typeof messageClasses)[number]

/**
 * `sent`: the provider took it. `delivered`: the provider says it arrived. `unknown`: it may have left, and nobody can
 * tell; never sent again without a person. `cancelled`: not sent, on purpose.
 */
export const messageStatuses = ['queued', 'sending', 'unknown', 'sent', 'failed', 'cancelled', 'delivered'] as const
export type MessageStatus = (typeof messageStatuses)[number]

/** Why a message is where it is. A provider's own words are not kept: they repeat addresses. */
export const messageErrors = [
  'no_provider',
  'no_address',
  'bad_address',
  'recipient_gone',
  'daily_cap',
  'no_consent',
  'sample',
  'expired',
  'too_large',
  'old_push_key',
  'provider_refused',
  'provider_denied',
  'provider_busy',
  'provider_failed',
  'unreachable',
  'no_answer',
  'interrupted'
] as const
export type MessageError = (typeof messageErrors)[number]

/** Only what went wrong, or may have, can be sent again by a person. */
export function mayBeRetried(status: MessageStatus): boolean {
  return status === 'failed' || status === 'unknown'
}

export const statusLabel = (status: MessageStatus): string => `messaging.status.${status}`
export const channelLabel = (channel: MessageChannel): string => `messaging.channel.${channel}`
export const errorLabel = (error: MessageError): string => `messaging.error.${error}`
/** A topic is `<noun>.<what happened>`; its label ends in both with a dash. */
export const topicLabel = (topic: string): string => `messaging.topic.${topic.replace('.', '-')}`

/** A message as the Outgoing page shows it. Recipients are masked: the page is for watching, not for calling. */
export const messageSchema = z.object({
  id: field(uuidSchema, { label: 'messaging.field.id', kind: 'id', sensitivity: 'internal' }),
  channel: field(z.enum(messageChannels), {
    label: 'messaging.field.channel',
    kind: 'choice',
    sensitivity: 'internal',
    filterable: true
  }),
  class: field(z.enum(messageClasses), { label: 'messaging.field.class', kind: 'choice', sensitivity: 'internal' }),
  topic: field(z.string(), { label: 'messaging.field.topic', kind: 'choice', sensitivity: 'internal' }),
  subjectType: field(z.string(), { label: 'messaging.field.subjectType', kind: 'text', sensitivity: 'internal' }),
  subjectId: field(uuidSchema, { label: 'messaging.field.subject', kind: 'reference', sensitivity: 'internal' }),
  /** Tracking number of the grievance it is about. */
  number: field(z.string().nullable(), { label: 'messaging.field.number', kind: 'text', sensitivity: 'internal' }),
  /** Masked phone or e-mail, or the name of a colleague; null when the address was erased. */
  recipient: field(z.string().nullable(), {
    label: 'messaging.field.recipient',
    kind: 'text',
    sensitivity: 'personal'
  }),
  language: field(z.string(), { label: 'messaging.field.language', kind: 'choice', sensitivity: 'internal' }),
  status: field(z.enum(messageStatuses), {
    label: 'messaging.field.status',
    kind: 'state',
    sensitivity: 'internal',
    filterable: true
  }),
  attempt: field(z.int().nonnegative(), { label: 'messaging.field.attempt', kind: 'number', sensitivity: 'internal' }),
  lastError: field(z.enum(messageErrors).nullable(), {
    label: 'messaging.field.lastError',
    kind: 'choice',
    sensitivity: 'internal'
  }),
  /** Server clock, as are the next two. `notBefore`: when a queued message is tried (again). */
  createdAt: field(z.iso.datetime(), { label: 'messaging.field.createdAt', kind: 'dateTime', sensitivity: 'internal' }),
  notBefore: field(z.iso.datetime(), { label: 'messaging.field.notBefore', kind: 'dateTime', sensitivity: 'internal' }),
  updatedAt: field(z.iso.datetime(), { label: 'messaging.field.updatedAt', kind: 'dateTime', sensitivity: 'internal' }),
  mayRetry: field(z.boolean(), { label: 'messaging.field.mayRetry', kind: 'boolean', sensitivity: 'internal' })
})
export type Message = z.infer<typeof messageSchema>
export const messageFacts = fieldFacts(messageSchema)

/** Query of `GET /api/v1/messages`; newest first, `before` is the `next` of the page before. */
export const messageQuerySchema = z.object({
  status: z.enum(messageStatuses).optional(),
  channel: z.enum(messageChannels).optional(),
  before: uuidSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50)
})

export const messageListSchema = z.object({ messages: z.array(messageSchema), next: uuidSchema.nullable() })

/** Reply of `GET /api/v1/messages/summary`. */
export const messageSummarySchema = z.object({
  counts: z.record(z.enum(messageStatuses), z.int().nonnegative()),
  /** Oldest message that still waits, server clock. */
  oldestQueuedAt: z.iso.datetime().nullable(),
  /** Whether the installation has a provider for the channel. */
  providers: z.record(z.enum(messageChannels), z.boolean())
})
export type MessageSummary = z.infer<typeof messageSummarySchema>
