import en from '../i18n/en/messaging.json' with { type: 'json' }
import hi from '../i18n/hi/messaging.json' with { type: 'json' }
import type { Locale } from '../i18n/language.ts'
import { createTranslator, type Translate } from '../i18n/translator.ts'

/** Messages about a link or a code that can be used once. `email_changing` tells the former address and carries no secret. */
export const secretTopics = ['account.invited', 'account.reset', 'account.email_change', 'account.email_changing', 'code.asked'] as const
export type SecretTopic = (typeof secretTopics)[number]

export interface SecretMessageFacts {
  office: string
  /** Where a link leads, with its token; empty for a code. */
  url: string
  /** Six digits; empty for a link. */
  code: string
  /** The login of the account it is about; empty for somebody without one. */
  login: string
}

const keys: Record<SecretTopic, { subject: string; body: string }> = {
  'account.invited': { subject: 'messaging.subject.invited', body: 'messaging.body.invited' },
  'account.reset': { subject: 'messaging.subject.reset', body: 'messaging.body.reset' },
  'account.email_change': { subject: 'messaging.subject.emailChange', body: 'messaging.body.emailChange' },
  'account.email_changing': { subject: 'messaging.subject.emailChanging', body: 'messaging.body.emailChanging' },
  'code.asked': { subject: 'messaging.subject.code', body: 'messaging.body.code' }
}

const translators: Record<Locale, Translate> = { en: createTranslator('en', en), hi: createTranslator('hi', hi) }

export function isSecretTopic(topic: string): topic is SecretTopic {
  return (secretTopics as readonly string[]).includes(topic)
}

export function renderSecretEmail(topic: SecretTopic, locale: Locale, facts: SecretMessageFacts): { subject: string; text: string } {
  const t = translators[locale]
  const { office, login, url, code } = facts
  const parts = [
    t('messaging.body.greeting'),
    t(keys[topic].body, { office, login, url, code }),
    t('messaging.body.secretFooter', { office })
  ]
  return { subject: t(keys[topic].subject, { office, code }), text: `${parts.join('\n\n')}\n` }
}

/** Only codes go by SMS. */
export function renderCodeSms(locale: Locale, { office, code }: SecretMessageFacts): string {
  return translators[locale]('messaging.sms.code', { office, code })
}
