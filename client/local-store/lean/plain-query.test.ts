import { describe, expect, it, test } from 'vitest'
import { compare, getMingoQuery } from './plain-query.ts'

const documents = [
  { context: 'collection', key: 'cases-0', _deleted: false, _meta: { lwt: 5 } },
  { context: 'collection', key: 'people-0', _deleted: true, _meta: { lwt: 9 } },
  { context: 'storage-token', key: 'token', _deleted: false, _meta: { lwt: 1 } },
  { context: 7, key: null, _meta: {} }
]
const cases: [Record<string, unknown>, (string | null)[]][] = [
  [{}, ['cases-0', 'people-0', 'token', null]],
  [{ context: 'collection', _deleted: { $eq: false } }, ['cases-0']],
  [{ key: { $in: ['token', 'people-0'] } }, ['people-0', 'token']],
  [{ '_meta.lwt': { $gt: 1, $lte: 9 } }, ['cases-0', 'people-0']],
  [{ '_meta.lwt': { $gte: 5 }, _deleted: { $ne: true } }, ['cases-0']],
  [{ context: { $lt: 'z' } }, ['cases-0', 'people-0', 'token']],
  [{ key: { $eq: null } }, [null]],
  [{ $or: [{ key: 'token' }, { $and: [{ _deleted: true }, { context: 'collection' }] }] }, ['people-0', 'token']]
]

describe('getMingoQuery', () => {
  it.each(cases)('finds what Mongo would: %j', (selector, keys) => {
    const found = documents.filter((document) => getMingoQuery(selector).test(document))
    expect(found.map((document) => document.key)).toEqual(keys)
  })

  it('throws instead of a wrong answer for an operator it does not know', () => {
    expect(() => getMingoQuery({ key: { $regex: 'x' } })).toThrow('$regex')
    expect(() => getMingoQuery({ $nor: [] })).toThrow('$nor')
  })
})

test('texts and numbers are put in order, other things stay where they are', () => {
  expect(['b', 'a', 'c'].sort(compare)).toEqual(['a', 'b', 'c'])
  expect([10, 9, 1].sort(compare)).toEqual([1, 9, 10])
  expect([null, 'a', undefined].map((one) => compare(one, 'a'))).toEqual([0, 0, 0])
})
