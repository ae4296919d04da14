import { DAY_MS, wallTimeToUtc } from '../calendar/time-zone.ts'

const timePattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * The instant (UTC ms) of a date and time as other systems write it: `2011-06-28 05:14:00`, with T, without seconds, with
 * Z or an offset, or a date alone. Without offset it is wall time of `timeZone`: one that the clocks skip is the moment of
 * the change, one they show twice the first of the two. Null when it is no such time or no day of the calendar.
 */
export function readSourceTime(text: string, timeZone: string): number | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = timePattern.exec(text.trim()) ?? []
  if (!year) return null
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)]
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(date).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null
  const wall = date + ((hours * 60 + minutes) * 60 + seconds) * 1000
  if (!zone) return wallTimeToUtc(timeZone, wall)
  const ahead = offsetMs(zone)
  return ahead === null ? null : wall - ahead
}

function offsetMs(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0
  const ahead = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000
  if (ahead > DAY_MS) return null
  return zone.startsWith('-') ? -ahead : ahead
}
