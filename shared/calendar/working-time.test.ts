import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BusinessCalendar } from './business-calendar.ts'
import { businessCalendarSchema, defaultCalendar } from './business-calendar.ts'
import { addWorkingMinutes, isWorkingTime, workingMinutesBetween } from './working-time.ts'

const at = (text: string) => Date.parse(text)
const allDay = [{ from: '00:00', to: '24:00' }]
const always: BusinessCalendar['week'] = { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay }
const split = [{ from: '00:00', to: '02:30' }, { from: '02:30', to: '13:00' }, { from: '14:00', to: '24:00' }]
const week: BusinessCalendar['week'] = { ...defaultCalendar.week, sun: split, sat: split }

const calendars: BusinessCalendar[] = [
  defaultCalendar,
  { ...defaultCalendar, holidays: ['2026-01-26', '2026-08-15', '2026-10-02'] },
  { timeZone: 'America/Los_Angeles', week, holidays: ['2026-07-04'] },
  { timeZone: 'Europe/Berlin', week, holidays: [] },
  { timeZone: 'Australia/Lord_Howe', week, holidays: [] },
  { timeZone: 'America/Santiago', week, holidays: [] },
]

describe('addWorkingMinutes in an office in India', () => {
  it.each([
    ['within a day', '2026-11-23T10:00+05:30', 60, '2026-11-23T11:00+05:30'],
    ['from before the office opens', '2026-11-23T06:00+05:30', 30, '2026-11-23T10:30+05:30'],
    ['to the very end of a day', '2026-11-23T10:00+05:30', 450, '2026-11-23T17:30+05:30'],
    ['over a night', '2026-11-23T17:00+05:30', 60, '2026-11-24T10:30+05:30'],
    ['over a Sunday', '2026-11-21T17:00+05:30', 60, '2026-11-23T10:30+05:30'],
    ['three weeks of six days', '2026-11-02T10:00+05:30', 18 * 450, '2026-11-21T17:30+05:30'],
  ])('%s', (_what, start, minutes, due) => {
    expect(addWorkingMinutes(at(start), minutes, defaultCalendar)).toBe(at(due))
  })

  it('leaves out holidays', () => {
    const calendar = { ...defaultCalendar, holidays: ['2026-01-26'] }
    expect(addWorkingMinutes(at('2026-01-24T17:00+05:30'), 60, calendar)).toBe(at('2026-01-27T10:30+05:30'))
  })

  it('is the start itself for no work at all', () => {
    expect(addWorkingMinutes(at('2026-11-22T03:00Z'), 0, defaultCalendar)).toBe(at('2026-11-22T03:00Z'))
  })

  it('refuses negative time and says when an office never opens again', () => {
    expect(() => addWorkingMinutes(0, -1, defaultCalendar)).toThrow(RangeError)
    expect(() => addWorkingMinutes(0, Number.NaN, defaultCalendar)).toThrow(RangeError)
    const closed = { ...defaultCalendar, week: { ...always, mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } }
    expect(() => addWorkingMinutes(0, 1, closed)).toThrow(/no working time/)
  })
})

describe('when the clocks change', () => {
  const berlin = { timeZone: 'Europe/Berlin', week: always, holidays: [] }

  it('counts the hours that really pass', () => {
    expect(workingMinutesBetween(at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00'), berlin)).toBe(23 * 60)
    expect(workingMinutesBetween(at('2026-10-25T00:00+02:00'), at('2026-10-26T00:00+01:00'), berlin)).toBe(25 * 60)
  })

  it('keeps office hours on the wall clock', () => {
    const office = { ...defaultCalendar, timeZone: 'Europe/Berlin' }
    expect(addWorkingMinutes(at('2026-03-28T17:00+01:00'), 60, office)).toBe(at('2026-03-30T10:30+02:00'))
  })

  it('starts work that begins in the skipped hour when the hour was skipped', () => {
    const early = { ...berlin, week: { ...always, sun: [{ from: '02:30', to: '04:00' }] } }
    expect(workingMinutesBetween(at('2026-03-29T00:00+01:00'), at('2026-03-29T12:00+02:00'), early)).toBe(60)
    expect(isWorkingTime(at('2026-03-29T03:00+02:00'), early)).toBe(true)
  })
})

describe('isWorkingTime', () => {
  it('has its start and not its end', () => {
    expect(isWorkingTime(at('2026-11-23T10:00+05:30'), defaultCalendar)).toBe(true)
    expect(isWorkingTime(at('2026-11-23T17:29:59+05:30'), defaultCalendar)).toBe(true)
    expect(isWorkingTime(at('2026-11-23T17:30+05:30'), defaultCalendar)).toBe(false)
    expect(isWorkingTime(at('2026-11-22T12:00+05:30'), defaultCalendar)).toBe(false)
  })
})

describe('any calendar', () => {
  const instant = fc.integer({ min: at('2025-12-01T00:00Z') / 1000, max: at('2027-02-01T00:00Z') / 1000 }).map((seconds) => seconds * 1000)
  const calendar = fc.constantFrom(...calendars)
  const minutes = fc.integer({ min: 0, max: 30_000 })

  it('measures what it added', () => {
    fc.assert(fc.property(instant, minutes, calendar, (start, added, office) => {
      expect(workingMinutesBetween(start, addWorkingMinutes(start, added, office), office)).toBe(added)
    }), { numRuns: 500 })
  })

  it('agrees with counting minute by minute', () => {
    fc.assert(fc.property(instant, fc.integer({ min: 0, max: 3000 }), calendar, (start, length, office) => {
      const from = Math.ceil(start / 60_000) * 60_000
      let counted = 0
      for (let minute = 0; minute < length; minute += 1) counted += Number(isWorkingTime(from + minute * 60_000, office))
      expect(workingMinutesBetween(from, from + length * 60_000, office)).toBe(counted)
    }), { numRuns: 60 })
  })

  it('adds in two steps what it adds in one, and never goes back', () => {
    fc.assert(fc.property(instant, minutes, minutes, calendar, (start, first, second, office) => {
      const middle = addWorkingMinutes(start, first, office)
      expect(middle).toBeGreaterThanOrEqual(start)
      expect(addWorkingMinutes(middle, second, office)).toBe(second === 0 ? middle : addWorkingMinutes(start, first + second, office))
    }))
  })

  it('measures backwards as negative', () => {
    const [monday, tuesday] = [at('2026-11-23T12:00+05:30'), at('2026-11-24T12:00+05:30')]
    expect(workingMinutesBetween(tuesday, monday, defaultCalendar)).toBe(-450)
  })
})

describe('businessCalendarSchema', () => {
  it('takes the default', () => {
    expect(businessCalendarSchema.parse(defaultCalendar)).toEqual(defaultCalendar)
  })

  it.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }],
    ['a time that does not exist', { week: { ...always, mon: [{ from: '10:00', to: '25:00' }] } }],
    ['work that ends before it begins', { week: { ...always, mon: [{ from: '17:00', to: '10:00' }] } }],
    ['spans that overlap', { week: { ...always, mon: [{ from: '10:00', to: '13:00' }, { from: '12:00', to: '17:00' }] } }],
    ['a week without work', { week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } }],
    ['a holiday that is no date', { holidays: ['2026-02-30'] }],
  ])('refuses %s', (_what, change) => {
    expect(businessCalendarSchema.safeParse({ ...defaultCalendar, ...change }).success).toBe(false)
  })
})
