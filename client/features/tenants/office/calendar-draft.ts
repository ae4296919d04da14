import { weekdays, type BusinessCalendar, type Weekday } from '#shared/calendar/business-calendar.ts'
import { isoDateSchema } from '#shared/tenants/setup.ts'

/** Weekdays as a working week begins. */
export const weekOrder = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies readonly Weekday[]

export interface DayDraft {
  open: boolean
  from: string
  to: string
}

/** A working week as a form holds it: one span a day. A day of several spans is shown from its first to its last hour. */
export function weekDraft(week: BusinessCalendar['week']): Record<Weekday, DayDraft> {
  const dayOf = (day: Weekday): DayDraft => {
    const spans = week[day]
    return { open: spans.length > 0, from: spans[0]?.from ?? '10:00', to: spans.at(-1)?.to ?? '17:30' }
  }
  return Object.fromEntries(weekdays.map((day) => [day, dayOf(day)])) as Record<Weekday, DayDraft>
}

/** The week of a draft. A day that was not touched keeps its spans; null where a day ends before it begins, or no day is open. */
export function weekOf(draft: Record<Weekday, DayDraft>, before: BusinessCalendar['week']): BusinessCalendar['week'] | null {
  const former = weekDraft(before)
  const spansOf = (day: Weekday) => {
    const { open, from, to } = draft[day]
    if (!open) return []
    const untouched = former[day].open && former[day].from === from && former[day].to === to
    return untouched ? before[day] : [{ from, to }]
  }
  const open = weekOrder.filter((day) => draft[day].open)
  if (open.length === 0 || open.some((day) => !(draft[day].from < draft[day].to))) return null
  return Object.fromEntries(weekdays.map((day) => [day, spansOf(day)])) as BusinessCalendar['week']
}

/** Dates of a pasted list, in order and once; or the first line that is none. What follows a date in its line is its name, and is not kept. */
export function holidaysOf(text: string): { dates: string[] } | { wrong: string } {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  const dates = lines.map((line) => line.split(/[\s,;]+/)[0]!)
  const wrong = lines.find((_, index) => !isoDateSchema.safeParse(dates[index]).success)
  return wrong === undefined ? { dates: [...new Set(dates)].sort() } : { wrong }
}
