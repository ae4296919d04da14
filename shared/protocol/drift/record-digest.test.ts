import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDigest, bucketOf, emptySum, recordDigest } from './record-digest.ts'

const document = fc.record({ id: fc.uuid(), type: fc.constant('person'), rev: fc.nat(), name: fc.string({ unit: 'binary' }), more: fc.jsonValue() })

test('a record keeps its digest through wire, local store and any order of its fields', () => {
  fc.assert(fc.property(document, (record) => {
    const wire = JSON.parse(JSON.stringify(record)) as Record<string, unknown>
    const kept = structuredClone({ ...wire, parent: 'household', syncGeneration: 3, _deleted: false, _rev: '1-x', _meta: { lwt: 1 } })
    const turned = Object.fromEntries(Object.entries(kept).reverse())
    expect(recordDigest(turned)).toBe(recordDigest(wire))
    expect(recordDigest(wire)).toMatch(/^[0-9a-f]{16}$/)
  }))
})

test('one changed character, number or place changes the digest', () => {
  fc.assert(fc.property(document, fc.string({ minLength: 1 }), (record, extra) => {
    const changed = [{ ...record, name: record.name + extra }, { ...record, rev: record.rev + 1 }, { ...record, extra }, { ...record, more: [record.more] }]
    for (const other of changed) expect(recordDigest(other)).not.toBe(recordDigest(record))
  }))
})

test('the sum does not depend on the order and notices each missing or changed member', () => {
  fc.assert(fc.property(fc.uniqueArray(document, { minLength: 2, maxLength: 20, selector: ({ id }) => id }), (records) => {
    const digests = records.map(recordDigest)
    const sumOf = (list: string[]) => list.reduce(addDigest, emptySum)
    expect(sumOf([...digests].reverse())).toEqual(sumOf(digests))
    expect(sumOf(digests.slice(1))).not.toEqual(sumOf(digests))
    expect(sumOf([recordDigest({ ...records[0]!, rev: -1 }), ...digests.slice(1)])).not.toEqual(sumOf(digests))
  }))
})

test('50,000 records meet no digest twice, and fill the buckets evenly', () => {
  const seen = new Set<string>()
  const buckets = new Map<string, number>()
  for (let n = 0; n < 50_000; n += 1) {
    const id = `0199a000-0000-7000-8000-${(n * 2_654_435_761 % 2 ** 48).toString(16).padStart(12, '0')}`
    seen.add(recordDigest({ id, type: 'person', rev: 1, name: `Person ${n}` }))
    buckets.set(bucketOf(id), (buckets.get(bucketOf(id)) ?? 0) + 1)
  }
  expect(seen.size).toBe(50_000)
  expect(buckets.size).toBe(256)
})
