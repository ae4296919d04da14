import { DAY_MS, localDay, wallTimeToUtc } from '#shared/calendar/time-zone.ts'

/** The calendar day in the zone as a date field writes it: `2026-11-21`. */
export function dayOf(utcMs: number, timeZone: string): string {
  return new Date(localDay(timeZone, utcMs) * DAY_MS).toISOString().slice(0, 10)
}

/** The instant at which that day begins in the zone; null for an empty field. */
export function dayStart(day: string, timeZone: string): string | null {
  const wall = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(wall) ? null : new Date(wallTimeToUtc(timeZone, wall)).toISOString()
}

/** The instant at which that day is over in the zone; null for an empty field. */
export function dayEnd(day: string, timeZone: string): string | null {
  const wall = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(wall) ? null : new Date(wallTimeToUtc(timeZone, wall + DAY_MS)).toISOString()
}
