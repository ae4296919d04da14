import en from '../i18n/en/messaging.json' with { type: 'json' }
import hi from '../i18n/hi/messaging.json' with { type: 'json' }
import type { Locale } from '../i18n/language.ts'
import { createTranslator, type Translate } from '../i18n/translator.ts'

/** What a reporter is told about a grievance. */
export const reporterTopics = [
  'grievance.acknowledged',
  'grievance.info_needed',
  'grievance.interim_reply',
  'grievance.resolved',
  'grievance.rejected',
  'grievance.reopened'
] as const
export type ReporterTopic = (typeof reporterTopics)[number]

/** What a colleague is told. */
export const staffTopics = ['grievance.assigned'] as const
export type StaffTopic = (typeof staffTopics)[number]

/** Facts that the texts use. `words` are the office's own and go into e-mails only, never into an SMS. */
export interface ReporterFacts {
  office: string
  number: string
  category: string
  /** Where the grievance can be followed. */
  url: string
  words: string | null
}

interface TextKeys {
  sms: string
  subject: string
  body: string
}

const textKeys: Record<ReporterTopic, TextKeys> = {
  'grievance.acknowledged': {
    sms: 'messaging.sms.acknowledged',
    subject: 'messaging.subject.acknowledged',
    body: 'messaging.body.acknowledged'
  },
  'grievance.info_needed': {
    sms: 'messaging.sms.infoNeeded',
    subject: 'messaging.subject.infoNeeded',
    body: 'messaging.body.infoNeeded'
  },
  'grievance.interim_reply': {
    sms: 'messaging.sms.interimReply',
    subject: 'messaging.subject.interimReply',
    body: 'messaging.body.interimReply'
  },
  'grievance.resolved': {
    sms: 'messaging.sms.resolved',
    subject: 'messaging.subject.resolved',
    body: 'messaging.body.resolved'
  },
  'grievance.rejected': {
    sms: 'messaging.sms.rejected',
    subject: 'messaging.subject.rejected',
    body: 'messaging.body.rejected'
  },
  'grievance.reopened': {
    sms: 'messaging.sms.reopened',
    subject: 'messaging.subject.reopened',
    body: 'messaging.body.reopened'
  }
}

const translators: Record<Locale, Translate> = { en: createTranslator('en', en), hi: createTranslator('hi', hi) }

export function isReporterTopic(topic: string): topic is ReporterTopic {
  return (reporterTopics as readonly string[]).includes(topic)
}

/** The text of an SMS: the office's template and its own facts, no word that a reporter wrote. */
export function renderSms(topic: ReporterTopic, locale: Locale, { office, number, url }: ReporterFacts): string {
  return translators[locale](textKeys[topic].sms, { office, number, url })
}

/** Subject and plain text of an e-mail. */
export function renderEmail(
  topic: ReporterTopic,
  locale: Locale,
  facts: ReporterFacts
): { subject: string; text: string } {
  const t = translators[locale]
  const { office, number, category, url, words } = facts
  const told = words === null ? [] : [t('messaging.body.officeWrites', { office }), words]
  const parts = [
    t('messaging.body.greeting'),
    t(textKeys[topic].body, { office, number, category }),
    ...told,
    t('messaging.body.follow', { url }),
    t('messaging.body.footer', { office })
  ]
  return { subject: t(textKeys[topic].subject, { number }), text: `${parts.join('\n\n')}\n` }
}

/** Title and body of the notice of an assignment. */
export function renderAssignment(
  locale: Locale,
  facts: { number: string; category: string }
): { title: string; body: string } {
  const t = translators[locale]
  return { title: t('messaging.push.assignedTitle'), body: t('messaging.push.assignedBody', facts) }
}
