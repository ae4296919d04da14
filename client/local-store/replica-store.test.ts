import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StoredRecord } from '#shared/protocol/push.ts'
import { failingFrom, quotaError } from '#client/testing/storage-failures.ts'
import { replicaName } from './database-names.ts'
import { requested } from './packed/disk/packed-database.ts'
import { startReplicaFeed, type FedPage, type ReplicaFeed } from './replica-feed.ts'
import { replicaReads, type ReplicaReads } from './replica-reads.ts'
import { openReplicaStore, type ReplicaStore } from './replica-store.ts'

let store: ReplicaStore
let reads: ReplicaReads
let feed: ReplicaFeed | null = null
let pages: FedPage[] = []
let owner = { tenantSlug: 't', userId: '', deviceId: '' }
const asked: (number | null)[] = []

async function open(): Promise<void> {
  store = await openReplicaStore({ owner, parents: { person: 'householdId' }, multiInstance: false })
  reads = replicaReads(store)
}

beforeEach(async () => {
  owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
  pages = []
  asked.length = 0
  await open()
})
afterEach(async () => {
  await feed?.stop()
  feed = null
  await store.close()
})

const id = randomUUID()
const checkpoint = (n: number, g = 1) => ({ g, s: { tenant: [String(n), String(n)] as [string, string] }, r: {} })
const person = (rev: number, name: string) => ({ id, type: 'person', rev, name, householdId: 'h' })
const stored = (rev: number, name: string): StoredRecord[] => [{ collection: 'people', document: person(rev, name) }]
const nameNow = async () => (await reads.get('people', [id])).get(id)?.['name'] ?? null

/** Feeds the people collection with the given pages; each further question gets an empty one. */
function start(): ReplicaFeed {
  feed = startReplicaFeed(store, async (collection, from) => {
    if (collection !== 'people') return { documents: [], checkpoint: checkpoint(0) }
    asked.push(from ? Number(from.s['tenant']?.[0]) : null)
    return pages.shift() ?? { documents: [], checkpoint: from ?? checkpoint(0) }
  })
  return feed
}

async function feedPage(page: FedPage): Promise<void> {
  pages.push(page)
  if (feed) feed.resync(['people'])
  await (feed ?? start()).inSync()
}

async function damageHeads(name: string): Promise<void> {
  const database = await requested(indexedDB.open(name))
  const store = database.transaction('head', 'readwrite').objectStore('head')
  for (const key of await requested(store.getAllKeys())) if ((key as [string, number])[1] > 0) await requested(store.put('{damaged', key))
  database.close()
}

describe('replica', () => {
  it('asks for the pages that follow while the first is being written', async () => {
    const instance = store.database.collections.people.storageInstance
    const write = instance.bulkWrite.bind(instance)
    let goOn: () => void = () => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    instance.bulkWrite = async (rows, context) => held.then(() => write(rows, context))
    pages = [1, 2, 3].map((rev) => ({ documents: [person(rev, String(rev))], checkpoint: checkpoint(rev) }))
    const running = start()
    await expect.poll(() => asked).toEqual([null, 1, 2, 3])
    expect(await nameNow()).toBeNull()
    goOn()
    await running.inSync()
    expect(await nameNow()).toBe('3')
  })

  it('ignores a lower rev, from feed and push reply alike', async () => {
    await feedPage({ documents: [person(5, 'five')], checkpoint: checkpoint(1) })
    await feedPage({ documents: [person(4, 'four')], checkpoint: checkpoint(2) })
    expect(await nameNow()).toBe('five')
    await store.applyStored(stored(3, 'three'), 1)
    expect(await nameNow()).toBe('five')
    await store.applyStored(stored(6, 'six'), 1)
    expect(await nameNow()).toBe('six')
  })

  it('keeps the newest of writes that meet each other, in any order', async () => {
    await Promise.all([8, 3, 9, 5].map((rev) => store.applyStored(stored(rev, `rev ${rev}`), 1)))
    expect(await nameNow()).toBe('rev 9')
  })

  it('keeps the newest of several states of a record that come as one, in any order', async () => {
    await store.applyStored([8, 3, 9, 5].flatMap((rev) => stored(rev, `rev ${rev}`)), 1)
    expect(await nameNow()).toBe('rev 9')
  })

  it('does not bring a removed record back with an older state, but takes it back from the feed', async () => {
    await feedPage({ documents: [person(5, 'five')], checkpoint: checkpoint(1) })
    await feedPage({ documents: [{ id, rev: 5, _deleted: true }], checkpoint: checkpoint(2) })
    expect(await nameNow()).toBeNull()
    await store.applyStored(stored(5, 'late reply'), 1)
    expect(await nameNow()).toBeNull()
    await feedPage({ documents: [person(5, 'back in the ward')], checkpoint: checkpoint(3) })
    expect(await nameNow()).toBe('back in the ward')
  })

  it("takes a restored server's older revs as the truth of the new generation", async () => {
    await feedPage({ documents: [person(9, 'before the restore')], checkpoint: checkpoint(1, 1) })
    await feedPage({ documents: [person(2, 'restored')], checkpoint: checkpoint(1, 2) })
    expect(await nameNow()).toBe('restored')
    await store.applyStored(stored(10, 'reply of the old generation'), 1)
    expect(await nameNow()).toBe('restored')
  })

  it('goes on after a kill where the data ends, not where the reading was', async () => {
    await feedPage({ documents: [person(1, 'one')], checkpoint: checkpoint(7) })
    await feed?.stop()
    feed = null
    await store.close()
    await open()
    asked.length = 0
    await feedPage({ documents: [person(2, 'two')], checkpoint: checkpoint(8) })
    expect(asked[0]).toBe(7)
    expect(await nameNow()).toBe('two')
  })

  it('saves no checkpoint past a page that could not be written', async () => {
    await feedPage({ documents: [person(1, 'one')], checkpoint: checkpoint(1) })
    const failures: unknown[] = []
    store.guard.onFailure = (error) => failures.push(error)
    const unwritable = { ...person(2, 'two'), broken: 1n }
    await feedPage({ documents: [unwritable], checkpoint: checkpoint(2) })
    await feedPage({ documents: [{ ...person(1, 'x'), id: randomUUID() }], checkpoint: checkpoint(3) })
    expect(failures.length).toBeGreaterThan(0)
    await feed?.stop()
    feed = null
    store.guard.failed = false
    asked.length = 0
    await feedPage({ documents: [], checkpoint: checkpoint(4) })
    expect(asked[0]).toBe(1)
  })

  it('says when there is no room at any step, records and checkpoint alike, and goes on when there is room again', async () => {
    for (let request = 1; ; request += 1) {
      await feed?.stop()
      feed = null
      await store.close()
      owner = { ...owner, userId: randomUUID() }
      await open()
      await feedPage({ documents: [person(1, 'one')], checkpoint: checkpoint(1) })
      const failures: unknown[] = []
      store.guard.onFailure = (error) => failures.push(error)
      const { failed } = await failingFrom({ request, once: true, error: quotaError }, () =>
        feedPage({ documents: [person(2, 'two')], checkpoint: checkpoint(2) })
      )
      if (!failed) break
      expect(failures).toMatchObject([{ name: 'QuotaExceededError' }])
      await feed!.stop()
      feed = null
      store.guard.failed = false
      asked.length = 0
      await feedPage({ documents: [person(2, 'two')], checkpoint: checkpoint(2) })
      expect(asked[0]).toBe(1)
      expect(await nameNow()).toBe('two')
      await feedPage({ documents: [], checkpoint: checkpoint(2) })
      expect(asked.at(-1)).toBe(2)
    }
  })

  it('reads no record when it is opened, and says when those on the disk cannot be read', async () => {
    await feedPage({ documents: [person(1, 'Asha')], checkpoint: checkpoint(1) })
    await feed?.stop()
    feed = null
    await store.close()
    const read = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const readsOfRecords = () => read.mock.calls.filter(([stores]) => [stores].flat().includes('head')).length
    await open()
    expect(readsOfRecords()).toBe(0)
    expect(await nameNow()).toBe('Asha')
    expect(readsOfRecords()).toBeGreaterThan(0)
    read.mockRestore()
    await store.close()
    await damageHeads(replicaName(owner))
    await open()
    await expect(store.readAhead()).rejects.toThrow()
    await expect(reads.get('people', [id])).rejects.toThrow()
  })

  it('lists children by parent and types in chunks without missing any', async () => {
    const many = Array.from({ length: 25 }, (_, n) => ({
      ...person(1, `p${n}`),
      id: randomUUID(),
      householdId: n % 2 === 0 ? 'even' : 'odd'
    }))
    await feedPage({ documents: many, checkpoint: checkpoint(1) })
    expect((await reads.list('people', { type: 'person', parent: 'even' })).length).toBe(13)
    const seen: string[] = []
    for await (const chunk of reads.chunks('people', 'person', 4)) seen.push(...chunk.map((record) => record.id))
    expect(seen.sort()).toEqual(many.map((record) => record.id).sort())
    expect(await reads.list('people', { type: 'household' })).toEqual([])
  })
})
