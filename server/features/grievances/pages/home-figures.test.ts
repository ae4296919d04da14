import { describe, expect, test } from 'vitest'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { lastMonth, medianDays } from './home-figures.ts'

const iso = (ms: number) => new Date(ms).toISOString()

describe('last month', () => {
  test('is the whole month before, by the clock of the office', () => {
    const span = lastMonth(Date.parse('2026-11-30T20:00:00Z'), 'Asia/Kolkata')
    expect(span.map(iso)).toEqual(['2026-10-31T18:30:00.000Z', '2026-11-30T18:30:00.000Z'])
  })

  test('of January is December, and of a zone with summer time it keeps its hour', () => {
    expect(iso(lastMonth(Date.parse('2026-01-15T00:00:00Z'), 'Asia/Kolkata')[0])).toBe('2025-11-30T18:30:00.000Z')
    expect(lastMonth(Date.parse('2026-11-10T00:00:00Z'), 'America/Los_Angeles').map(iso)).toEqual([
      '2026-10-01T07:00:00.000Z',
      '2026-11-01T07:00:00.000Z'
    ])
  })
})

describe('median working days', () => {
  const span = (from: string, to: string) => ({ from: `${from}+05:30`, to: `${to}+05:30` })

  test('do not count nights and Sundays', () => {
    expect(medianDays([span('2026-11-13T17:30:00', '2026-11-16T17:30:00')], defaultCalendar)).toBe(2)
  })

  test('are those of the middle report, at least one, and none where nothing is solved', () => {
    const quick = span('2026-11-16T10:00:00', '2026-11-16T10:05:00')
    const slow = span('2026-11-02T10:00:00', '2026-11-20T17:30:00')
    const middle = span('2026-11-16T10:00:00', '2026-11-18T17:30:00')
    expect(medianDays([slow, quick, middle], defaultCalendar)).toBe(3)
    expect(medianDays([quick], defaultCalendar)).toBe(1)
    expect(medianDays([], defaultCalendar)).toBeNull()
  })
})
