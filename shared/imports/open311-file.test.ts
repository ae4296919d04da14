import { describe, expect, it } from 'vitest'
import { ImportFileError } from './import-report.ts'
import { readOpen311File } from './open311-file.ts'

const context = { timeZone: 'America/Los_Angeles', now: Date.UTC(2011, 6, 10) }
const request = {
  service_request_id: '909923',
  status: 'Closed',
  service_code: '033',
  service_name: 'Abandoned_Vehicle',
  description: null,
  status_notes: null,
  requested_datetime: '2011-06-28 05:14:00',
  updated_datetime: '2011-07-05 05:30:00',
  expected_datetime: null,
  address: '120  MANCHESTER ST',
  lat: 37.74,
  long: -122.41
}

describe('a list of Open311 requests', () => {
  it('is read in the time zone of the office, nulls included', () => {
    const { rows, refused } = readOpen311File([request], context)
    expect(refused).toEqual([])
    expect(rows[0]).toMatchObject({
      row: 1,
      sourceKey: 'open311:909923',
      serviceName: 'Abandoned Vehicle',
      description: 'Service request: Abandoned Vehicle',
      closed: true,
      filedAt: Date.UTC(2011, 5, 28, 12, 14),
      closedAt: Date.UTC(2011, 6, 5, 12, 30),
      dueAt: null,
      landmark: '120 MANCHESTER ST',
      position: [-122.41, 37.74],
      timeNote: null
    })
  })

  it('never closes a request before it was filed, and says what the file had', () => {
    const [row] = readOpen311File([{ ...request, updated_datetime: '2011-06-28 01:00:00' }], context).rows
    expect(row!.closedAt).toBe(row!.filedAt)
    expect(row!.timeNote).toContain('2011-06-28 01:00:00')
  })

  it('keeps an open request open and without an end', () => {
    const [row] = readOpen311File(
      [{ ...request, status: 'open', description: 'A car without wheels', lat: null, long: null }],
      context
    ).rows
    expect(row).toMatchObject({ closed: false, closedAt: null, description: 'A car without wheels', position: null })
  })

  it.each([
    ['no date', { requested_datetime: null }, 'requested_datetime', 'A date is needed.'],
    [
      'a date that is none',
      { requested_datetime: 'last week' },
      'requested_datetime',
      '"last week" is no date and time.'
    ],
    ['a date to come', { requested_datetime: '2012-01-01 00:00:00' }, 'requested_datetime', 'Lies in the future.'],
    ['a latitude beyond the pole', { lat: 137.7 }, 'lat', 'Must be a number from -90 to 90.'],
    ['a longitude of letters', { long: 'west' }, 'long', 'Must be a number from -180 to 180.'],
    ['half a position', { long: null }, 'long', 'Latitude and longitude go together.'],
    ['an unknown status', { status: 'pending' }, 'status', 'Must be open or closed.'],
    ['no id', { service_request_id: '' }, 'service_request_id', 'An id is needed.']
  ])('refuses a row with %s and takes its neighbour', (_what, change, field, reason) => {
    const { rows, refused } = readOpen311File(
      [
        { ...request, ...change },
        { ...request, service_request_id: 'other' }
      ],
      context
    )
    expect(refused).toEqual([{ row: 1, field, reason }])
    expect(rows.map((row) => row.row)).toEqual([2])
  })

  it('refuses the second of two rows with one id, and what is no request at all', () => {
    const { rows, refused } = readOpen311File([request, request, 'text'], context)
    expect(rows).toHaveLength(1)
    expect(refused).toEqual([
      { row: 2, field: 'service_request_id', reason: 'Row 1 has the same value.' },
      { row: 3, field: '', reason: 'This is not a service request.' }
    ])
  })

  it('is a list', () => {
    expect(() => readOpen311File({ requests: [] }, context)).toThrow(ImportFileError)
  })
})
