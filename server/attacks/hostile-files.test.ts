import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nasty, spoil } from '#server/testing/fuzz/spoil.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { normalizePhone } from '#shared/people/phone.ts'
import { ImportFileError, type ReadRows } from '#shared/imports/import-report.ts'
import { readOpen311File } from '#shared/imports/open311-file.ts'
import { readSourceTime } from '#shared/imports/source-time.ts'
import { readWardFile } from '#shared/imports/ward-file.ts'

const runs = { numRuns: 400, seed: 20_261_121 }

const ring = [[77, 12], [77.1, 12], [77.1, 12.1], [77, 12.1], [77, 12]]
const wards = {
  type: 'FeatureCollection',
  features: [1, 2].map((number) => ({ type: 'Feature', properties: { name: `Ward ${number}`, number }, geometry: { type: 'MultiPolygon', coordinates: [[ring.map(([x = 0, y = 0]) => [x + number, y])]] } }))
}
const requests = [1, 2].map((id) => ({
  service_request_id: String(id), status: 'open', service_code: 'x', service_name: 'Pothole', description: 'A hole',
  requested_datetime: '2026-01-02T03:04:05Z', updated_datetime: '2026-01-03T03:04:05Z', lat: 12.5, long: 77.5, address: 'Main Road'
}))

/** A sound file, spoilt in up to three places. */
const spoiltCopies = (sound: unknown) =>
  fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.oneof(nasty, fc.constant(undefined))), { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>((value, [at, replacement]) => spoil(value, at, replacement), sound)
  )

/** Each row of the file is either taken or named with a reason, or the file is refused by a sentence. */
function accountsForAll<Row>(read: () => ReadRows<Row>): void {
  try {
    const { read: rows, rows: taken, refused } = read()
    const named = new Set(refused.map((one) => one.row))
    expect(taken.length + named.size).toBe(rows)
    expect(refused.every((one) => one.reason.length > 3)).toBe(true)
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error
    expect(error.message.length).toBeGreaterThan(10)
  }
}

describe('a file that was spoilt', () => {
  test('wards: each row is taken or named, or the file is refused by a sentence', () => {
    fc.assert(fc.property(spoiltCopies(wards), (file) => accountsForAll(() => readWardFile(file, { nameField: 'name', numberField: 'number' }))), runs)
  })

  test('service requests: each row is taken or named, or the file is refused by a sentence', () => {
    fc.assert(fc.property(spoiltCopies(requests), (file) => accountsForAll(() => readOpen311File(file, { timeZone: 'Asia/Kolkata', now: Date.UTC(2026, 10, 21) }))), runs)
  })

  test('a coordinate that is no number, or a ring of one point, never becomes a ward', () => {
    for (const bad of [null, 'x', 1e308, [], [[77, 12]], Number.MAX_VALUE]) {
      const feature = { type: 'Feature', properties: { name: 'A' }, geometry: { type: 'Polygon', coordinates: [bad] } }
      const file = { type: 'FeatureCollection', features: [feature] }
      expect(readWardFile(file, { nameField: 'name', numberField: null }).rows).toEqual([])
    }
  })
})

describe('any text at all', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('9'.repeat(50_000), ' '.repeat(50_000), '+'.repeat(50_000), '-'.repeat(50_000)))

  test('as a time is a time or null', () => {
    fc.assert(fc.property(anyText, (text) => {
      const time = readSourceTime(text, 'Asia/Kolkata')
      expect(time === null || Number.isFinite(time)).toBe(true)
    }), runs)
  })

  test('as a phone is a whole international number or null', () => {
    fc.assert(fc.property(anyText, (text) => {
      const phone = normalizePhone(text)
      expect(phone === null || /^\+\d{8,15}$/.test(phone)).toBe(true)
    }), runs)
  })

  test('as a tracking number is one or is said to be none', () => {
    fc.assert(fc.property(anyText, (text) => {
      const parsed = parseTrackingNumber(text)
      expect(parsed.ok ? parsed.trackingNumber.length > 10 : parsed.problem.length > 3).toBe(true)
    }), runs)
  })
})
