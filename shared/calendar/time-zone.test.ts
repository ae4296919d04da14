import { describe, expect, it } from 'vitest'
import { isTimeZone, localDay, wallTimeToUtc, zoneOffsetMs } from './time-zone.ts'

const at = (text: string) => Date.parse(text)
const HOUR = 3_600_000

describe('zoneOffsetMs', () => {
  it('knows half hours, and the day the clocks change to the minute', () => {
    expect(zoneOffsetMs('Asia/Kolkata', at('2026-11-21T00:00Z'))).toBe(5.5 * HOUR)
    expect(zoneOffsetMs('Europe/Berlin', at('2026-03-29T00:59:59Z'))).toBe(HOUR)
    expect(zoneOffsetMs('Europe/Berlin', at('2026-03-29T01:00Z'))).toBe(2 * HOUR)
  })
})

describe('wallTimeToUtc', () => {
  it.each([
    ['an ordinary time', 'Asia/Kolkata', '2026-11-21T10:00', '2026-11-21T04:30Z'],
    ['a skipped time', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00Z'],
    ['the first after a skipped hour', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00Z'],
    ['a time shown twice', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['a midnight that was skipped', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00Z'],
  ])('%s', (_what, zone, wall, utc) => {
    expect(wallTimeToUtc(zone, at(`${wall}Z`))).toBe(at(utc))
  })
})

describe('localDay', () => {
  it('turns at local midnight', () => {
    const before = localDay('Asia/Kolkata', at('2026-11-20T18:29:59Z'))
    expect(localDay('Asia/Kolkata', at('2026-11-20T18:30Z'))).toBe(before + 1)
  })
})

describe('isTimeZone', () => {
  it('knows names of the IANA list', () => {
    expect(isTimeZone('Asia/Kolkata')).toBe(true)
    expect(isTimeZone('Kolkata')).toBe(false)
  })
})
