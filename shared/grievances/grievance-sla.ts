import type { BusinessCalendar } from '../calendar/business-calendar.ts'
import { addWorkingMinutes, workingMinutesBetween } from '../calendar/working-time.ts'
import type { Grievance } from './grievance.ts'

/** When an answer is due: target time of the category counted in working time from `fromMs` (ms). */
export function dueFrom(fromMs: number, targetMinutes: number, calendar: BusinessCalendar): string {
  return new Date(addWorkingMinutes(fromMs, targetMinutes, calendar)).toISOString()
}

/** The due date after a pause: as much working time is left as there was when the clock stopped. */
export function dueAfterPause(grievance: Pick<Grievance, 'dueAt' | 'pausedAt'>, nowMs: number, calendar: BusinessCalendar): string | null {
  if (grievance.dueAt === null || grievance.pausedAt === null) return grievance.dueAt
  const due = Date.parse(grievance.dueAt)
  const paused = Date.parse(grievance.pausedAt)
  if (due <= paused) return grievance.dueAt
  return new Date(addWorkingMinutes(nowMs, workingMinutesBetween(paused, due, calendar), calendar)).toISOString()
}

export type DueTone = 'none' | 'paused' | 'later' | 'soon' | 'overdue'

/** How pressing it is: `soon` within a day. Closed and paused grievances press nobody. */
export function dueTone(grievance: Pick<Grievance, 'dueAt' | 'pausedAt'>, open: boolean, nowMs: number): DueTone {
  if (!open || grievance.dueAt === null) return 'none'
  if (grievance.pausedAt !== null) return 'paused'
  const left = Date.parse(grievance.dueAt) - nowMs
  if (left < 0) return 'overdue'
  return left < 24 * 3_600_000 ? 'soon' : 'later'
}
