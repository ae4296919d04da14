import { describe, expect, test } from 'vitest'
import { locales } from '../i18n/language.ts'
import { smsSize } from './sms-segments.ts'
import { renderAssignment, renderEmail, renderSms, reporterTopics } from './templates.ts'

const facts = {
  office: 'Ward 12 office, Bengaluru',
  number: 'SAM-7K2Q9-D1F4M-C',
  category: 'Pothole',
  url: 'https://sampark.example.org/o/ward-12/track?number=SAM-7K2Q9-D1F4M-C',
  words: 'The hole was filled on Tuesday.'
}

describe.each(locales)('in %s', (locale) => {
  test.each(reporterTopics)('%s is complete as SMS and as e-mail', (topic) => {
    const sms = renderSms(topic, locale, facts)
    const email = renderEmail(topic, locale, facts)
    for (const text of [sms, email.subject, email.text]) {
      expect(text).toContain(facts.number)
      expect(text).not.toMatch(/[{}]|messaging\./)
    }
    expect(sms).toContain(facts.url)
    expect(smsSize(sms).segments).toBeLessThanOrEqual(locale === 'en' ? 2 : 3)
  })

  test('the words of the office stand in the e-mail, never in the SMS', () => {
    expect(renderEmail('grievance.resolved', locale, facts).text).toContain(facts.words)
    expect(renderSms('grievance.resolved', locale, facts)).not.toContain(facts.words)
    expect(renderEmail('grievance.resolved', locale, { ...facts, words: null }).text).not.toContain('null')
  })

  test('a notice names category and number', () => {
    const notice = renderAssignment(locale, facts)
    expect(notice.body).toBe('Pothole · SAM-7K2Q9-D1F4M-C')
    expect(notice.title).not.toMatch(/messaging/)
  })
})
