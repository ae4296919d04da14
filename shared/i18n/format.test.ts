import { describe, expect, it } from 'vitest'
import en from './en/words.json' with { type: 'json' }
import type { Reader } from './format.ts'
import { formatBytes, formatDate, formatDateTime, formatDistance, formatDue, formatRelative } from './format.ts'
import hi from './hi/words.json' with { type: 'json' }
import { formatNumber } from './number-format.ts'
import { createTranslator } from './translator.ts'

const tEn = createTranslator('en', en)
const tHi = createTranslator('hi', hi)
const english: Reader = { locale: 'en', timeZone: 'Asia/Kolkata' }
const hindi: Reader = { locale: 'hi', timeZone: 'Asia/Kolkata' }
const at = (text: string) => Date.parse(`${text}+05:30`)
const now = at('2026-11-21T09:00')
const HOUR = 3_600_000

describe('dates', () => {
  it('are written in the zone of the reader', () => {
    expect(formatDateTime(Date.parse('2026-11-20T20:00Z'), english)).toBe('21 Nov 2026, 01:30')
    expect(formatDateTime(Date.parse('2026-11-20T20:00Z'), { ...english, timeZone: 'America/Los_Angeles' })).toBe('20 Nov 2026, 12:00')
    expect(formatDate(now, hindi)).toBe('21 नवंबर 2026')
  })

  it.each([
    ['2026-11-21T00:00', 'today 00:00'],
    ['2026-11-20T23:59', 'yesterday 23:59'],
    ['2026-11-22T10:42', 'tomorrow 10:42'],
    ['2026-11-17T10:42', 'Tue 17 Nov'],
    ['2025-11-17T10:42', '17 Nov 2025'],
  ])('near %s read "%s"', (time, text) => {
    expect(formatRelative(at(time), now, { ...english, t: tEn })).toBe(text)
  })

  it('are Hindi for a Hindi reader', () => {
    expect(formatRelative(at('2026-11-21T10:42'), now, { ...hindi, t: tHi })).toBe('आज 10:42')
    expect(formatRelative(at('2026-11-17T10:42'), now, { ...hindi, t: tHi })).toBe('मंगल 17 नवंबर')
  })
})

describe('formatDue', () => {
  it.each([
    [3.9 * HOUR, 'due in 3 h', '3 घंटे बाकी'],
    [-50 * HOUR, '2 d overdue', '2 दिन देर हो गई'],
    [-HOUR, '1 h overdue', '1 घंटा देर हो गई'],
    [HOUR - 1, 'due in 59 min', '59 मिनट बाकी'],
    [20_000, 'due now', 'समय अभी पूरा हो रहा है'],
  ])('%i ms: %s', (left, inEnglish, inHindi) => {
    expect(formatDue(now + left, now, tEn)).toBe(inEnglish)
    expect(formatDue(now + left, now, tHi)).toBe(inHindi)
  })
})

describe('amounts', () => {
  it('are grouped as in India, in digits that everybody types', () => {
    expect(formatNumber(1234567, 'en')).toBe('12,34,567')
    expect(formatNumber(1234567, 'hi')).toBe('12,34,567')
  })

  it.each([[0, '0 B'], [999, '999 B'], [1000, '1 kB'], [204_800, '205 kB'], [999_700, '1 MB'], [1_400_000, '1.4 MB'], [2.5e9, '2.5 GB']])(
    '%i bytes are %s',
    (bytes, text) => {
      expect(formatBytes(bytes, 'en', tEn)).toBe(text)
    },
  )

  it.each([[7.4, '7 m'], [123, '120 m'], [996, '1 km'], [1234, '1.2 km'], [12_345, '12.3 km']])('%d metres are %s', (metres, text) => {
    expect(formatDistance(metres, 'en', tEn)).toBe(text)
  })

  it('have Hindi units', () => {
    expect(formatBytes(1_400_000, 'hi', tHi)).toBe('1.4 एमबी')
  })
})
