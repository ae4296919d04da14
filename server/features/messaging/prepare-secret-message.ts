import type { Locale } from '#shared/i18n/language.ts'
import { isSecretTopic, renderCodeSms, renderSecretEmail, type SecretTopic } from '#shared/messaging/secret-templates.ts'
import type { OutboxRow, Prepared } from '../../jobs/outbox-message.ts'
import type { OneTimeSecrets, SecretFacts } from '../../one-time/one-time-secrets.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { officeAddress } from './office-address.ts'
import type { Senders } from './senders.ts'

export interface SecretMessageDeps {
  readonly senders: Senders
  readonly oneTime: OneTimeSecrets
  readonly publicUrl: string
  readonly clock: Clock
}

/** The secret is derived again only now, and only while it can be used: no row and no log ever holds it. */
export async function prepareSecretMessage(tx: Tx, row: OutboxRow, deps: SecretMessageDeps): Promise<Prepared> {
  const found = await deps.oneTime.forMessage(tx, row.recipientId, deps.clock.now())
  if (!found) return { kind: 'end', status: 'cancelled', error: 'expired' }
  const to = addressOf(row.topic, found.facts)
  if (!to || !isSecretTopic(row.topic)) return { kind: 'end', status: 'cancelled', error: 'no_address' }
  const locale: Locale = row.language === 'hi' ? 'hi' : 'en'
  const facts = await textFacts(tx, { ...found, topic: row.topic, publicUrl: deps.publicUrl })
  const { sms, email } = deps.senders
  const outgoing = { to, reference: row.id }
  if (row.channel === 'sms' && sms) return { kind: 'send', provider: sms.provider, send: () => sms.send({ ...outgoing, text: renderCodeSms(locale, facts) }) }
  if (row.channel === 'email' && email) {
    const text = renderSecretEmail(row.topic, locale, facts)
    return { kind: 'send', provider: email.provider, send: () => email.send({ ...outgoing, language: locale, ...text }) }
  }
  return { kind: 'end', status: 'failed', error: 'no_provider' }
}

/** The notice about a new address goes to the one before. */
export function addressOf(topic: string, facts: SecretFacts): string | undefined {
  return topic === 'account.email_changing' ? facts['formerTo'] : facts['to']
}

async function textFacts(tx: Tx, found: { topic: SecretTopic; secret: string; facts: SecretFacts; publicUrl: string }) {
  const office = await officeAddress(tx, found.publicUrl)
  const { path, login = '' } = found.facts
  const url = path === undefined ? '' : `${office.url}${path}#${found.secret}`
  return { office: office.name, url, code: path === undefined ? found.secret : '', login }
}
