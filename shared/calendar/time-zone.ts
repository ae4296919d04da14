export const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const CACHED_DAYS = 20_000

const formatters = new Map<string, Intl.DateTimeFormat>()
const offsetsByDay = new Map<string, Map<number, number | null>>()

/** True when this platform knows the IANA name. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return formatterOf(timeZone) !== undefined
  } catch {
    return false
  }
}

/**
 * How far wall clocks in the zone are ahead of UTC at that instant, in milliseconds. Days without a change of the clocks
 * are answered from a cache. Throws a RangeError for an unknown zone.
 */
export function zoneOffsetMs(timeZone: string, utcMs: number): number {
  const day = Math.floor(utcMs / DAY_MS)
  let days = offsetsByDay.get(timeZone)
  if (!days) offsetsByDay.set(timeZone, (days = new Map()))
  let offset = days.get(day)
  if (offset === undefined) {
    const atStart = readOffset(timeZone, day * DAY_MS)
    offset = atStart === readOffset(timeZone, (day + 1) * DAY_MS) ? atStart : null
    if (days.size >= CACHED_DAYS) days.clear()
    days.set(day, offset)
  }
  return offset ?? readOffset(timeZone, utcMs)
}

/** The calendar day in the zone, as days since 1970-01-01. */
export function localDay(timeZone: string, utcMs: number): number {
  return Math.floor((utcMs + zoneOffsetMs(timeZone, utcMs)) / DAY_MS)
}

/**
 * The first instant at which wall clocks in the zone show `wallMs` (a wall time written as if it were UTC) or later.
 * So a time that the clocks skip in spring is the moment of the change, and one they show twice in autumn is the first of the two;
 * a later wall time never gives an earlier instant.
 */
export function wallTimeToUtc(timeZone: string, wallMs: number): number {
  const before = zoneOffsetMs(timeZone, wallMs - DAY_MS)
  const after = zoneOffsetMs(timeZone, wallMs + DAY_MS)
  if (before === after) return wallMs - before
  const change = changeBetween(timeZone, wallMs - DAY_MS, wallMs + DAY_MS)
  if (wallMs - before < change) return wallMs - before
  return Math.max(wallMs - after, change)
}

/** The instant at which the offset of `low` stops to hold; clocks change on whole minutes since 1972 at the latest. */
function changeBetween(timeZone: string, low: number, high: number): number {
  const before = readOffset(timeZone, low)
  let [holds, ended] = [Math.floor(low / MINUTE_MS), Math.ceil(high / MINUTE_MS)]
  while (ended - holds > 1) {
    const middle = Math.floor((holds + ended) / 2)
    if (readOffset(timeZone, middle * MINUTE_MS) === before) holds = middle
    else ended = middle
  }
  return ended * MINUTE_MS
}

function readOffset(timeZone: string, utcMs: number): number {
  const whole = Math.floor(utcMs / 1000) * 1000
  const part: Record<string, number> = {}
  for (const { type, value } of formatterOf(timeZone).formatToParts(whole)) part[type] = Number(value)
  const wall = Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!, part['second']!)
  return wall - whole
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-u-nu-latn-ca-gregory', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
      hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
