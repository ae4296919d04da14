import { describe, expect, it } from 'vitest'
import { readSourceTime } from './source-time.ts'

const sanFrancisco = 'America/Los_Angeles'
const read = (text: string, zone = sanFrancisco) => {
  const at = readSourceTime(text, zone)
  return at === null ? null : new Date(at).toISOString()
}

describe('a time of another system', () => {
  it.each([
    ['2011-06-28 05:14:00', '2011-06-28T12:14:00.000Z'],
    ['2011-12-28T05:14', '2011-12-28T13:14:00.000Z'],
    ['2011-06-28', '2011-06-28T07:00:00.000Z'],
    ['2011-06-28T05:14:00Z', '2011-06-28T05:14:00.000Z'],
    ['2011-06-28T05:14:00+05:30', '2011-06-27T23:44:00.000Z'],
    ['2011-06-28T05:14:00.250-0700', '2011-06-28T12:14:00.000Z']
  ])('%s in San Francisco is %s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  it('that the clocks skip is the moment of the change, one they show twice the first of the two', () => {
    expect(read('2011-03-13 02:30:00')).toBe('2011-03-13T10:00:00.000Z')
    expect(read('2011-11-06 01:30:00')).toBe('2011-11-06T08:30:00.000Z')
  })

  it.each([
    '',
    'yesterday',
    '2011-02-30 05:00:00',
    '2011-13-01',
    '2011-06-28 24:10:00',
    '28/06/2011',
    '2011-06-28T05:14:00+25:00'
  ])('is refused when it is none: "%s"', (text) => {
    expect(read(text)).toBeNull()
  })
})
