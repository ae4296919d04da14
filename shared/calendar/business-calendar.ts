import { z } from 'zod'
import { DAY_MS, isTimeZone } from './time-zone.ts'

/** Weekday names in the order of `Date.getUTCDay()`. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]

const clockTime = z.string().regex(/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'Must be a time like 17:30')
const workingSpan = z
  .object({ from: clockTime, to: clockTime })
  .refine((span) => span.from < span.to, 'Work must end after it begins, on the same day')
const workingDay = z
  .array(workingSpan)
  .refine((spans) => spans.every((span, at) => at === 0 || spans[at - 1]!.to <= span.from), 'Spans must be in order and not overlap')

/**
 * When the office works, in wall time of `timeZone` (IANA): spans per weekday (none: closed) and whole days off
 * as local dates. `24:00` is the end of a day.
 */
export const businessCalendarSchema = z
  .object({
    timeZone: z.string().refine(isTimeZone, 'Must be an IANA time zone'),
    week: z.object({
      mon: workingDay, tue: workingDay, wed: workingDay, thu: workingDay, fri: workingDay, sat: workingDay, sun: workingDay,
    }),
    holidays: z.array(z.iso.date()).max(2000),
  })
  .refine((calendar) => weekdays.some((day) => calendar.week[day].length > 0), 'There must be some working time')

export type BusinessCalendar = z.infer<typeof businessCalendarSchema>

const officeDay = [{ from: '10:00', to: '17:30' }]

/** Monday to Saturday, 10:00 to 17:30 in India, without holidays: what a tenant has until it sets its own. */
export const defaultCalendar: BusinessCalendar = {
  timeZone: 'Asia/Kolkata',
  week: { mon: officeDay, tue: officeDay, wed: officeDay, thu: officeDay, fri: officeDay, sat: officeDay, sun: [] },
  holidays: [],
}

/** Days since 1970-01-01 of an ISO date. */
export function isoDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}

/** The weekday of a day since 1970-01-01 (a Thursday). */
export function weekdayOf(day: number): Weekday {
  return weekdays[(((day + 4) % 7) + 7) % 7]!
}

/** Minutes since midnight of a clock time. */
export function minutesOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
