import { expect, test } from 'vitest'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { holidaysOf, weekDraft, weekOf } from './calendar-draft.ts'

test('a week that nobody touched stays as it is, lunch included', () => {
  const week = { ...defaultCalendar.week, mon: [{ from: '09:00', to: '13:00' }, { from: '14:00', to: '18:00' }] }
  const draft = weekDraft(week)
  expect(weekOf(draft, week)).toEqual(week)
  draft.tue = { open: true, from: '08:00', to: '12:00' }
  draft.sat.open = false
  expect(weekOf(draft, week)).toEqual({ ...week, tue: [{ from: '08:00', to: '12:00' }], sat: [] })
})

test('a day that ends before it begins, and a week without a day, are no week', () => {
  const draft = weekDraft(defaultCalendar.week)
  draft.mon.to = '09:00'
  expect(weekOf(draft, defaultCalendar.week)).toBeNull()
  for (const day of Object.values(draft)) day.open = false
  expect(weekOf(draft, defaultCalendar.week)).toBeNull()
})

test('a pasted list of holidays is taken with names behind the dates, or told by its line', () => {
  expect(holidaysOf('2026-08-15 Independence Day\r\n\n2026-01-26, Republic Day\n2026-08-15')).toEqual({ dates: ['2026-01-26', '2026-08-15'] })
  expect(holidaysOf('2026-08-15\n15 August')).toEqual({ wrong: '15 August' })
  expect(holidaysOf('2026-02-30')).toEqual({ wrong: '2026-02-30' })
})
