import type { MessageChannel } from '#shared/messaging/message.ts'
import type { SecretTopic } from '#shared/messaging/secret-templates.ts'
import type { NewMessage } from '../jobs/outbox-message.ts'

export interface SecretMessage {
  /** uuidv7 of the message. */
  id: string
  /** The one-time secret it carries; its facts hold the address: `to`, and for a link the `path` it opens. */
  secretId: string
  topic: SecretTopic
  channel: Exclude<MessageChannel, 'push'>
  /** What it is about, e.g. a person of the office. */
  subject: { type: string; id: string }
  language: string
  /** As long as the secret is valid, ms: later it is of no use. */
  validMs: number
}

/** A message for the outbox that names a secret and does not hold it: worker and address find it when it is sent. */
export function secretMessage(message: SecretMessage): NewMessage {
  const { id, topic, channel, subject, language, secretId, validMs } = message
  const recipient = { kind: 'one_time_secret' as const, id: secretId }
  return { id, class: 'otp', channel, topic, subject, recipient, language, params: {}, expiresInSeconds: Math.ceil(validMs / 1000) }
}
