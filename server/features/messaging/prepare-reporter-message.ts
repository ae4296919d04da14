import type { Locale } from '#shared/i18n/language.ts'
import {
  isReporterTopic,
  renderEmail,
  renderSms,
  type ReporterFacts,
  type ReporterTopic
} from '#shared/messaging/templates.ts'
import { mayUse } from '#shared/privacy/consent.ts'
import type { OutboxRow, Prepared } from '../../jobs/outbox-message.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { MessagingNeeds } from './needs.ts'
import { officeAddress } from './office-address.ts'
import type { Senders } from './senders.ts'

export interface ReporterMessageDeps {
  readonly senders: Senders
  readonly needs: MessagingNeeds
  readonly publicUrl: string
}

/** Reads address and facts as they are now, and renders SMS or e-mail in the reporter's language. */
export async function prepareReporterMessage(tx: Tx, row: OutboxRow, deps: ReporterMessageDeps): Promise<Prepared> {
  const [contact] = await deps.needs.grievances.reporterContacts(tx, [row.recipientId])
  const to = row.channel === 'sms' ? contact?.phone : contact?.email
  if (!to || !isReporterTopic(row.topic)) return { kind: 'end', status: 'cancelled', error: 'no_address' }
  const channel = row.channel === 'sms' ? 'sms' : 'email'
  if (!contact || !mayUse(contact, 'grievance_updates', channel).allowed) return { kind: 'end', status: 'cancelled', error: 'no_consent' }
  const locale: Locale = row.language === 'hi' ? 'hi' : 'en'
  const { sms, email } = deps.senders
  const message = {
    topic: row.topic,
    locale,
    to,
    reference: row.id,
    facts: await factsFor(tx, row, { ...deps, locale })
  }
  if (row.channel === 'sms' && sms)
    return { kind: 'send', provider: sms.provider, send: () => sms.send(smsOf(message)) }
  if (row.channel === 'email' && email)
    return { kind: 'send', provider: email.provider, send: () => email.send(emailOf(message)) }
  return { kind: 'end', status: 'failed', error: 'no_provider' }
}

interface Addressed {
  topic: ReporterTopic
  locale: Locale
  to: string
  reference: string
  facts: ReporterFacts
}

const smsOf = ({ topic, locale, facts, to, reference }: Addressed) => ({
  to,
  reference,
  text: renderSms(topic, locale, facts)
})

const emailOf = ({ topic, locale, facts, to, reference }: Addressed) => ({
  to,
  reference,
  language: locale,
  ...renderEmail(topic, locale, facts)
})

async function factsFor(
  tx: Tx,
  row: OutboxRow,
  deps: ReporterMessageDeps & { locale: Locale }
): Promise<ReporterFacts> {
  const office = await officeAddress(tx, deps.publicUrl)
  const [grievance] = await deps.needs.grievances.messageFacts(tx, [row.subjectId])
  if (!grievance) throw new Error('The grievance of a message does not exist.')
  const commandId = row.channel === 'email' ? row.params['commandId'] : undefined
  return {
    office: office.name,
    number: grievance.number,
    category: grievance.categoryNames[deps.locale] ?? grievance.category,
    url: office.url + deps.needs.trackingPath(grievance.number),
    words:
      typeof commandId === 'string'
        ? await deps.needs.grievances.officeWords(tx, { grievanceId: row.subjectId, commandId })
        : null
  }
}
