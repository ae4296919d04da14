import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { createRxDatabase } from 'rxdb/plugins/core'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { describe, expect, it } from 'vitest'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import { failingFrom, killed } from '#client/testing/storage-failures.ts'
import { replicaName, type StoreOwner } from '../../database-names.ts'
import { newerRevStorage } from '../../newer-rev-storage.ts'
import { replicaSchema, toReplicaDocument } from '../../replica-document.ts'
import { startReplicaFeed, type FedPage } from '../../replica-feed.ts'
import { replicaReads } from '../../replica-reads.ts'
import { openReplicaStore, type ReplicaCollections, type ReplicaStore } from '../../replica-store.ts'

const parents = { person: 'householdId' }
const checkpoint: Checkpoint = { g: 3, s: { tenant: ['7', '9'] }, r: {} }
const people = Array.from({ length: 620 }, (_, n) => ({
  id: `person-${String(n).padStart(4, '0')}`,
  type: 'person',
  rev: n + 1,
  name: `Person ${n}`,
  householdId: `h${n % 7}`
}))
const removed = { id: 'person-gone', rev: 5, _deleted: true as const }

/** What the app before this one left on the device. */
async function oldApp(owner: StoreOwner): Promise<void> {
  const guard = { failed: false, onFailure: () => undefined }
  const database = await createRxDatabase<ReplicaCollections>({
    name: replicaName(owner),
    storage: newerRevStorage(getRxStorageDexie(), guard),
    multiInstance: false,
    eventReduce: false
  })
  await database.addCollections(Object.fromEntries(collectionNames.map((name) => [name, { schema: replicaSchema }])))
  const toDocument: ReplicaStore['toDocument'] = (document, generation) => toReplicaDocument(document, parents, generation)
  const old: ReplicaStore = { database, guard, toDocument, applyStored: () => Promise.resolve(), takeFeed: () => Promise.resolve(), readAhead: () => Promise.resolve(), close: () => Promise.resolve() }
  await fed(old, { documents: [...people, removed], checkpoint })
  await database.close()
}

/** Reads to the end, and says from where the people were asked. */
async function fed(store: ReplicaStore, page?: FedPage): Promise<Checkpoint | null> {
  const pages = page ? [page] : []
  let from: Checkpoint | null = null
  const feed = startReplicaFeed(store, (name, at) => {
    if (name !== 'people') return Promise.resolve({ documents: [], checkpoint: at ?? checkpoint })
    from ??= at
    return Promise.resolve(pages.shift() ?? { documents: [], checkpoint: at ?? checkpoint })
  })
  await feed.inSync()
  await feed.stop()
  return from
}

const newOwner = (): StoreOwner => ({ tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() })
const open = (owner: StoreOwner) => openReplicaStore({ owner, parents, multiInstance: false })
const oldNames = async (owner: StoreOwner) =>
  (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.startsWith(`rxdb-dexie-${replicaName(owner)}`))

async function holdsAll(owner: StoreOwner): Promise<void> {
  const store = await open(owner)
  const records = await replicaReads(store).list('people', { type: 'person' })
  expect(records.map(({ id, name }) => `${id} ${String(name)}`).sort()).toEqual(people.map(({ id, name }) => `${id} ${name}`))
  await store.applyStored([{ collection: 'people', document: { ...people[0]!, id: removed.id, rev: removed.rev - 1 } }], checkpoint.g)
  expect((await replicaReads(store).get('people', [removed.id])).size).toBe(0)
  expect(await fed(store)).toEqual(checkpoint)
  await store.close()
  expect(await oldNames(owner)).toEqual([])
}

describe('moveFromDexie', () => {
  it('brings records, removals and checkpoint of the app before over without a network, and deletes the old databases', async () => {
    const owner = newOwner()
    await oldApp(owner)
    expect((await oldNames(owner)).length).toBeGreaterThan(7)
    await holdsAll(owner)
  })

  it('may be killed at any writing step, again and again', async () => {
    const owner = newOwner()
    await oldApp(owner)
    for (let request = 1; ; request += 1) {
      const { failed } = await failingFrom({ request, once: false, error: killed }, () => open(owner).then((store) => store.close(), () => undefined))
      if (!failed) break
    }
    await holdsAll(owner)
  }, 60_000)

  it('never lays an old state over a newer one when only the deleting was cut short', async () => {
    const owner = newOwner()
    await oldApp(owner)
    const original = indexedDB.deleteDatabase.bind(indexedDB)
    indexedDB.deleteDatabase = () => {
      throw new Error('killed')
    }
    await expect(open(owner)).rejects.toThrow('killed')
    indexedDB.deleteDatabase = original
    await holdsAll(owner)
    const store = await open(owner)
    await fed(store, { documents: [{ ...people[0]!, rev: 9_000, name: 'Newer' }], checkpoint: { ...checkpoint, s: { tenant: ['8', '9'] } } })
    await store.close()
    const again = await open(owner)
    expect((await replicaReads(again).get('people', [people[0]!.id])).get(people[0]!.id)?.['name']).toBe('Newer')
    await again.close()
  })
})
