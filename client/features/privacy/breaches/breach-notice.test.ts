import { expect, test } from 'vitest'
import { locales } from '#shared/i18n/language.ts'
import type { Breach } from '#shared/privacy/breach.ts'
import { noticeText } from './breach-notice.ts'
import { breachWordsIn } from './breach-words.ts'

const breach: Breach = {
  id: '019a0000-0000-7000-8000-000000000001', recordedAt: '2026-11-20T10:00:00.000Z', recordedBy: null, noticedAt: '2026-11-20T09:00:00.000Z', noticedBy: 'the bus driver',
  dueAt: '2026-11-23T09:00:00.000Z', openFrom: '2026-11-19T09:00:00.000Z', openUntil: null, scope: { kind: 'office' }, dataKinds: ['names', 'phones'],
  words: { what: 'A phone was lost', consequences: 'Calls by strangers', measures: 'It was ended', advice: 'Trust no caller', cause: 'A hole in the pocket', contact: '080 1234' },
  steps: [{ step: 'people_told', doneAt: '2026-11-20T12:00:00.000Z', doneBy: null }], closed: null
}
const facts = { breach, office: 'Shantipur', affected: 102, formatTime: (at: number) => new Date(at).toISOString() }

test.each(locales)('in %s the notices say all that is known, and leave no blank of the pattern', (locale) => {
  const t = breachWordsIn(locale)
  const [people, board] = [noticeText(t, 'people', facts), noticeText(t, 'board', facts)]
  for (const text of [people, board]) {
    expect(text).not.toMatch(/[{}]/)
    for (const known of ['Shantipur', 'A phone was lost', 'Calls by strangers', 'It was ended', 'Trust no caller', '080 1234', '2026-11-19T09:00']) expect(text).toContain(known)
  }
  for (const known of ['the bus driver', 'A hole in the pocket', '102', '2026-11-23T09:00', '2026-11-20T12:00']) expect(board).toContain(known)
  expect(people).not.toContain('A hole in the pocket')
})

test('what is not known yet is seen to be missing', () => {
  const words = { ...breach.words, measures: '', advice: '' }
  expect(noticeText(breachWordsIn('en'), 'people', { ...facts, breach: { ...breach, words } })).toContain('What we do about it: …\nWhat you can do: …')
})
