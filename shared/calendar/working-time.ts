import type { BusinessCalendar } from './business-calendar.ts'
import { isoDay, minutesOfDay, weekdayOf } from './business-calendar.ts'
import { DAY_MS, localDay, wallTimeToUtc } from './time-zone.ts'

const MINUTE_MS = 60_000
const CACHED_DAYS = 20_000
/** After this many days without any working time the calendar is taken to be closed for good. */
const CLOSED_DAYS = 3_660

/** Working spans of one local day as instants [start, end), in order; `total` in milliseconds. */
type DaySpans = { readonly spans: readonly (readonly [number, number])[]; readonly total: number; readonly end: number }
type CalendarDays = { readonly holidays: ReadonlySet<number>; readonly days: Map<number, DaySpans> }

const NO_WORK: DaySpans = { spans: [], total: 0, end: Number.NEGATIVE_INFINITY }
const daysByCalendar = new WeakMap<BusinessCalendar, CalendarDays>()

/**
 * The instant (UTC ms) when `minutes` of working time have passed since `startUtcMs`. Minutes are real time: on a day when the
 * clocks change, a span is as long as people really work. Work that ends with a span ends there, not at the start of the next.
 * Throws a RangeError for negative minutes, or when the calendar has no working time for ten years.
 * Days are remembered per calendar object: pass the same object, and do not change it.
 */
export function addWorkingMinutes(startUtcMs: number, minutes: number, calendar: BusinessCalendar): number {
  if (!(minutes >= 0)) throw new RangeError('Working minutes cannot be negative')
  let rest = Math.round(minutes * MINUTE_MS)
  if (rest === 0) return startUtcMs
  let day = localDay(calendar.timeZone, startUtcMs) - 1
  for (let closed = 0; closed < CLOSED_DAYS; day += 1) {
    const { spans, total, end } = daySpans(day, calendar)
    closed = total === 0 ? closed + 1 : 0
    if (end <= startUtcMs) continue
    if (rest > total) {
      rest -= workIn(spans, startUtcMs, end)
      continue
    }
    for (const [from, to] of spans) {
      const start = Math.max(from, startUtcMs)
      if (to <= start) continue
      if (rest <= to - start) return start + rest
      rest -= to - start
    }
  }
  throw new RangeError('The calendar has no working time for ten years')
}

/** Working minutes from one instant to another (UTC ms), with fractions; negative when `endUtcMs` is the earlier. */
export function workingMinutesBetween(startUtcMs: number, endUtcMs: number, calendar: BusinessCalendar): number {
  if (endUtcMs < startUtcMs) return -workingMinutesBetween(endUtcMs, startUtcMs, calendar)
  const firstDay = localDay(calendar.timeZone, startUtcMs) - 1
  const lastDay = localDay(calendar.timeZone, endUtcMs) + 1
  let worked = 0
  for (let day = firstDay; day <= lastDay; day += 1) worked += workIn(daySpans(day, calendar).spans, startUtcMs, endUtcMs)
  return worked / MINUTE_MS
}

/** Whether the office works at that instant (UTC ms); the start of a span counts, its end does not. */
export function isWorkingTime(utcMs: number, calendar: BusinessCalendar): boolean {
  const day = localDay(calendar.timeZone, utcMs)
  return [day - 1, day].some((near) => daySpans(near, calendar).spans.some(([from, to]) => from <= utcMs && utcMs < to))
}

function workIn(spans: DaySpans['spans'], start: number, end: number): number {
  let worked = 0
  for (const [from, to] of spans) worked += Math.max(0, Math.min(to, end) - Math.max(from, start))
  return worked
}

function daySpans(day: number, calendar: BusinessCalendar): DaySpans {
  let known = daysByCalendar.get(calendar)
  if (!known) {
    known = { holidays: new Set(calendar.holidays.map(isoDay)), days: new Map() }
    daysByCalendar.set(calendar, known)
  }
  let found = known.days.get(day)
  if (!found) {
    found = known.holidays.has(day) ? NO_WORK : computeSpans(day, calendar)
    if (known.days.size >= CACHED_DAYS) known.days.clear()
    known.days.set(day, found)
  }
  return found
}

function computeSpans(day: number, calendar: BusinessCalendar): DaySpans {
  const instant = (time: string) => wallTimeToUtc(calendar.timeZone, day * DAY_MS + minutesOfDay(time) * MINUTE_MS)
  const spans = calendar.week[weekdayOf(day)]
    .map(({ from, to }) => [instant(from), instant(to)] as const)
    .filter(([from, to]) => from < to)
  if (spans.length === 0) return NO_WORK
  return { spans, total: workIn(spans, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), end: spans.at(-1)![1] }
}
