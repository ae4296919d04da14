import { maskEmail } from '#shared/messaging/daily-caps.ts'
import { mayBeRetried, type Message } from '#shared/messaging/message.ts'
import { maskPhone } from '#shared/people/phone.ts'
import type { OneTimeSecrets } from '../../one-time/one-time-secrets.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { StoredMessage } from './message-store.ts'
import type { GrievancesForMessages } from './needs.ts'
import { addressOf } from './prepare-secret-message.ts'
import { subscriptionsById } from './push-subscription-store.ts'

/** Adds to messages the number of their grievance and a recipient that is recognised but not revealed. */
export async function showMessages(
  tx: Tx,
  rows: readonly StoredMessage[],
  { grievances, oneTime, clock }: { grievances: GrievancesForMessages; oneTime: OneTimeSecrets; clock: Clock }
): Promise<Message[]> {
  const idsOf = (kind: StoredMessage['recipientKind']) =>
    rows.filter((row) => row.recipientKind === kind).map((row) => row.recipientId)
  const contacts = new Map(
    (await grievances.reporterContacts(tx, idsOf('reporter_contact'))).map((contact) => [contact.id, contact])
  )
  const devices = new Map(
    (await subscriptionsById(tx, idsOf('push_subscription'))).map((device) => [device.id, device])
  )
  const facts = new Map(
    (await grievances.messageFacts(tx, [...new Set(rows.map((row) => row.subjectId))])).map((fact) => [fact.id, fact])
  )
  const secrets = new Map<string, string>()
  for (const row of rows.filter((one) => one.recipientKind === 'one_time_secret')) {
    const address = addressOf(row.topic, (await oneTime.forMessage(tx, row.recipientId, clock.now()))?.facts ?? {})
    if (address) secrets.set(row.id, row.channel === 'sms' ? maskPhone(address) : maskEmail(address))
  }
  const recipientOf = ({ id, channel, recipientId }: StoredMessage): string | null => {
    const ofSecret = secrets.get(id)
    if (ofSecret) return ofSecret
    const contact = contacts.get(recipientId)
    if (channel === 'sms' && contact?.phone) return maskPhone(contact.phone)
    if (channel === 'email' && contact?.email) return maskEmail(contact.email)
    return devices.get(recipientId)?.userName ?? null
  }
  return rows.map((row) => {
    const { recipientKind: _kind, recipientId: _id, ...shown } = row
    return {
      ...shown,
      number: facts.get(row.subjectId)?.number ?? null,
      recipient: recipientOf(row),
      mayRetry: mayBeRetried(row.status)
    }
  })
}
