import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { MangoQuery } from 'rxdb/plugins/core'
import { describe, expect, it } from 'vitest'
import {
  openMemory,
  openThings,
  prepared,
  stored,
  testCipher,
  type Instance,
  type OpenedPacked,
  type Row,
  type Thing
} from '#client/testing/packed-storages.ts'

type Step =
  | { do: 'write'; from: number; count: number; type: string; parent: string; n: number; removed: boolean }
  | { do: 'stale'; id: number }
  | { do: 'cleanup' | 'merge' | 'reopen' | 'lose connection' }
  | { do: 'ask'; query: MangoQuery<Thing> }

const word = fc.constantFrom('', 'a', 'b', 'ward', 'जन')
const write = fc.record({
  do: fc.constant('write' as const),
  from: fc.nat(900),
  count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 60, max: 700 })),
  type: word,
  parent: word,
  n: fc.nat(1000),
  removed: fc.boolean()
})
const condition = fc.oneof(
  fc.record({ type: word }),
  fc.record({ type: word, parent: word }),
  fc.record({ n: fc.record({ $gte: fc.nat(1000) }) }),
  fc.record({ n: fc.record({ $gt: fc.nat(500), $lte: fc.nat(1000) }), type: word }),
  fc.record({ parent: fc.record({ $ne: word }) }),
  fc.record({ $or: fc.tuple(fc.record({ type: word }), fc.record({ n: fc.nat(1000) })) }),
  fc.constant({})
)
const sort = fc.constantFrom([{ id: 'asc' }], [{ n: 'desc' }, { id: 'asc' }], [{ type: 'asc' }, { parent: 'asc' }, { id: 'asc' }])
const ask = fc
  .record({ selector: condition, sort, skip: fc.nat(20), limit: fc.option(fc.nat(40), { nil: undefined }) })
  .map((query) => ({ do: 'ask' as const, query: query as unknown as MangoQuery<Thing> }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: write },
  { weight: 3, arbitrary: ask },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stale' as const), id: fc.nat(900) }) },
  { weight: 2, arbitrary: fc.constantFrom('cleanup', 'merge', 'reopen', 'lose connection').map((name) => ({ do: name }) as Step) }
)

const idOf = (n: number): string => `id${String(n).padStart(5, '0')}`

async function rowsOf(memory: Instance, one: Extract<Step, { do: 'write' }>, lwt: number): Promise<Row[]> {
  const things = Array.from({ length: one.count }, (_, k) => ({ id: idOf(one.from + k), type: one.type, parent: one.parent, n: (one.n + k) % 1001 }))
  const known = await memory.findDocumentsById(
    things.map(({ id }) => id),
    true
  )
  const byId = new Map(known.map((document) => [document.id, document]))
  return things.map((thing) => {
    const previous = byId.get(thing.id)
    const rev = previous ? Number.parseInt(previous._rev, 10) + 1 : 1
    return { previous, document: stored(thing, { rev, lwt, deleted: one.removed && previous !== undefined }) }
  })
}

/** Runs the steps on both storages and compares every answer. */
async function compare(steps: readonly Step[], cipher: ReturnType<typeof testCipher> | null): Promise<void> {
  const name = randomUUID()
  const memory = await openMemory(name)
  let packed = await openThings(name, { cipher })
  let lwt = 0
  for (const one of steps) {
    lwt += 1
    if (one.do === 'write') {
      const rows = await rowsOf(memory, one, lwt)
      const expected = await memory.bulkWrite(rows, 'test')
      expect((await packed.instance.bulkWrite(rows, 'test')).error).toEqual(expected.error)
    } else if (one.do === 'stale') {
      const rows = [{ document: stored({ id: idOf(one.id), type: 'late', parent: '', n: 1 }, { lwt }) }]
      const expected = (await memory.bulkWrite(rows, 'test')).error
      expect((await packed.instance.bulkWrite(rows, 'test')).error).toEqual(expected)
    } else if (one.do === 'ask') await sameAnswers(packed, memory, one.query)
    else if (one.do === 'cleanup') await Promise.all([memory.cleanup(0), packed.instance.cleanup(0)])
    else if (one.do === 'merge') await packed.collection.merge()
    else if (one.do === 'lose connection') packed.database.losses += 1
    else {
      await packed.close()
      packed = await openThings(name, { cipher })
    }
  }
  await sameAnswers(packed, memory, { selector: {}, sort: [{ id: 'asc' }] })
  await packed.close()
}

async function sameAnswers({ instance }: OpenedPacked, memory: Instance, query: MangoQuery<Thing>): Promise<void> {
  const [expected, counted] = [(await memory.query(prepared(query))).documents, await memory.count(prepared({ selector: query.selector }))]
  expect((await instance.query(prepared(query))).documents).toEqual(expected)
  expect((await instance.count(prepared({ selector: query.selector }))).count).toBe(counted.count)
  const ids = Array.from({ length: 30 }, (_, k) => idOf(k * 31))
  for (const deleted of [true, false]) {
    expect(await instance.findDocumentsById(ids, deleted)).toEqual(await memory.findDocumentsById(ids, deleted))
  }
}

describe('packedStorage', () => {
  it.each([null, testCipher(7)])('answers as the memory storage does, whatever happened before', async (cipher) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), (steps) => compare(steps, cipher)),
      { numRuns: 30 }
    )
  }, 60_000)
})
