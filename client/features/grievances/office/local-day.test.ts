import { expect, test } from 'vitest'
import { dayEnd, dayOf, dayStart } from './local-day.ts'

test('a day of the office begins and ends at its own midnight', () => {
  expect(dayStart('2026-11-21', 'Asia/Kolkata')).toBe('2026-11-20T18:30:00.000Z')
  expect(dayEnd('2026-11-21', 'Asia/Kolkata')).toBe('2026-11-21T18:30:00.000Z')
  expect(dayOf(Date.parse('2026-11-20T18:30:00Z'), 'Asia/Kolkata')).toBe('2026-11-21')
})

test('the day on which clocks go back has 25 hours', () => {
  const [start, end] = [dayStart('2026-11-01', 'America/New_York'), dayEnd('2026-11-01', 'America/New_York')]
  expect(Date.parse(end ?? '') - Date.parse(start ?? '')).toBe(25 * 3_600_000)
})

test('an empty field is no day', () => {
  expect([dayStart('', 'Asia/Kolkata'), dayEnd('', 'Asia/Kolkata')]).toEqual([null, null])
})
