import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { everything, openThings, stored, type Instance, type OpenedPacked, type Row, type Stored } from '#client/testing/packed-storages.ts'
import { failingFrom, killed, quotaError } from '#client/testing/storage-failures.ts'

/** What was acknowledged, by id. */
type Acknowledged = Map<string, Stored>
type Work = (opened: OpenedPacked, known: Acknowledged) => Promise<void>

const idOf = (n: number): string => `id${String(n).padStart(5, '0')}`

function put(from: number, count: number, removed = false): Work {
  return async ({ instance }, known) => {
    const rows: Row[] = Array.from({ length: count }, (_, k) => {
      const previous = known.get(idOf(from + k))
      const rev = previous ? Number.parseInt(previous._rev, 10) + 1 : 1
      const thing = { id: idOf(from + k), type: 'a', parent: String(rev), n: k }
      return { previous, document: stored(thing, { rev, lwt: from + rev, deleted: removed }) }
    })
    const { error } = await instance.bulkWrite(rows, 'test')
    expect(error).toEqual([])
    for (const { document } of rows) known.set(document.id, document)
  }
}

const purge: Work = async ({ instance }, known) => {
  await instance.cleanup(0)
  for (const [id, { _deleted }] of known) if (_deleted) known.delete(id)
}
const history: readonly Work[] = [
  put(0, 3),
  put(3, 700),
  put(0, 20),
  put(100, 400),
  put(5, 4, true),
  ({ collection }) => collection.merge(),
  ...Array.from({ length: 33 }, (_, k) => put(600 + k, 1)),
  ({ collection }) => collection.merge(),
  purge,
  put(5, 2)
]

const sorted = (known: Acknowledged): Stored[] => [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

async function holds(instance: Instance, known: Acknowledged): Promise<void> {
  expect(await everything(instance)).toEqual(sorted(known))
}

describe('a packed store whose writing fails', () => {
  it('loses nothing committed when there is no room at any step, and goes on when there is room again', async () => {
    for (let request = 1; ; request += 1) {
      const name = randomUUID()
      const opened = await openThings(name)
      const known: Acknowledged = new Map()
      let refused = 0
      const { failed } = await failingFrom({ request, once: true, error: quotaError }, async () => {
        for (const work of history) {
          await work(opened, known).catch(async (error: unknown) => {
            expect(error).toMatchObject({ name: 'QuotaExceededError' })
            refused += 1
            await holds(opened.instance, known)
            await work(opened, known)
          })
        }
      })
      await holds(opened.instance, known)
      await opened.close()
      const again = await openThings(name)
      await holds(again.instance, known)
      await again.close()
      if (!failed) break
      expect(refused).toBe(1)
    }
  }, 120_000)

  it('holds exactly what it acknowledged after a kill at any writing step', async () => {
    for (let request = 1; ; request += 1) {
      const name = randomUUID()
      const opened = await openThings(name)
      const known: Acknowledged = new Map()
      const { failed } = await failingFrom({ request, once: false, error: killed }, async () => {
        for (const work of history) {
          const died = await work(opened, known).then(
            () => false,
            () => true
          )
          if (died) break
        }
      })
      await opened.close()
      const again = await openThings(name)
      await holds(again.instance, known)
      for (const work of history.slice(3)) await work(again, known)
      await holds(again.instance, known)
      await again.close()
      if (!failed) break
    }
  }, 120_000)

  it.each([
    ['the store', (instance: Instance) => instance, true],
    ['a control that acknowledges before it writes', acknowledgesEarly, false]
  ] as const)('after a kill right after an acknowledgement, %s', async (_name, wrap, keeps) => {
    const name = randomUUID()
    const opened = await openThings(name)
    const known: Acknowledged = new Map()
    await put(0, 50)({ ...opened, instance: wrap(opened.instance) }, known)
    await failingFrom({ request: 1, once: false, error: killed }, () => opened.close())
    const again = await openThings(name)
    expect((await everything(again.instance)).length === sorted(known).length).toBe(keeps)
    await again.close()
  })
})

function acknowledgesEarly(instance: Instance): Instance {
  const write = instance.bulkWrite.bind(instance)
  return Object.assign(Object.create(instance) as Instance, {
    bulkWrite: (rows: Row[], context: string) => {
      write(rows, context).catch(() => undefined)
      return Promise.resolve({ error: [] })
    }
  })
}
