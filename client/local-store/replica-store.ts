import { createRxDatabase, type RxCollection, type RxDatabase } from 'rxdb/plugins/core'
import {
  collectionNames,
  type CollectionName,
  type Removal,
  type WireDocument
} from '#shared/protocol/collection-names.ts'
import type { StoredRecord } from '#shared/protocol/push.ts'
import { replicaName, type StoreOwner } from './database-names.ts'
import { isNewer, newerRevStorage, storedWriteContext, type ReplicaGuard } from './newer-rev-storage.ts'
import { openPacked } from './packed/opening/open-packed.ts'
import { takeFeed } from './packed/disk/feed-fence.ts'
import type { WriterLock } from './packed/disk/packed-database.ts'
import type { PackedCollection } from './packed/packed-collection.ts'
import { packedStorage } from './packed/packed-storage.ts'
import type { RecordCipher } from './record-cipher.ts'
import { replicaColumns, replicaSchema, toReplicaDocument, type ReplicaDocument } from './replica-document.ts'

export interface ReplicaOptions {
  owner: StoreOwner
  /** Type of record -> field with the id of its parent. */
  parents: Readonly<Record<string, string>>
  /** Whether other tabs of this device should hear of changes. */
  multiInstance: boolean
  /** Seals what is written to disk; without it everything is stored plain. */
  cipher?: RecordCipher | null
  /** Orders the writers of several tabs. */
  locks?: WriterLock
}

export type ReplicaCollections = Record<CollectionName, RxCollection<ReplicaDocument>>

/** The replicas of one person on this device: server states only, written by feed and push replies. */
export interface ReplicaStore {
  readonly database: RxDatabase<ReplicaCollections>
  readonly guard: ReplicaGuard
  toDocument(document: WireDocument | Removal, generation: number): ReplicaDocument & { _deleted: boolean }
  /** Writes what a push reply said is stored, where it is newer than what is here. */
  applyStored(stored: readonly StoredRecord[], generation: number): Promise<void>
  /** Begins to read the feed: from now on no other tab of this device writes what it has read before. */
  takeFeed(): Promise<void>
  /** Reads the heads of what nobody has asked for yet, so that the first question need not wait. Rejects when some cannot be read. */
  readAhead(): Promise<void>
  close(): Promise<void>
}

/** Opens or makes the collections. Rejects with LocalStoreError when what is stored here is sealed with another key or by a newer app. */
export async function openReplicaStore(options: ReplicaOptions): Promise<ReplicaStore> {
  const guard: ReplicaGuard = { failed: false, onFailure: () => undefined }
  const { database, takeFeed, close } = await openDatabase(options, guard)
  const toDocument = (document: WireDocument | Removal, generation: number) =>
    toReplicaDocument(document, options.parents, generation)
  return {
    database,
    guard,
    toDocument,
    async applyStored(stored, generation) {
      for (const name of collectionNames) {
        const records = stored.filter((record) => record.collection === name)
        const documents = records.map((record) => toDocument(record.document, generation))
        if (documents.length > 0) await writeDocuments(database.collections[name], documents)
      }
    },
    takeFeed,
    async readAhead() {
      for (const name of collectionNames) await packedCollection(database.collections[name]).ready()
    },
    close
  }
}

/** What lies below RxDB. */
export function packedCollection(collection: RxCollection<ReplicaDocument>): PackedCollection {
  return collection.storageInstance.internals as unknown as PackedCollection
}

async function openDatabase({ owner, multiInstance, cipher, locks }: ReplicaOptions, guard: ReplicaGuard) {
  const name = replicaName(owner)
  const packed = await openPacked({ name, cipher: cipher ?? null, lock: (multiInstance && locks) || null, shared: multiInstance })
  const storage = packedStorage(packed, replicaColumns)
  try {
    const database = await createRxDatabase<ReplicaCollections>({
      name,
      storage: newerRevStorage(storage, guard),
      multiInstance,
      eventReduce: false,
      cleanupPolicy: {}
    })
    await database.addCollections(Object.fromEntries(collectionNames.map((one) => [one, { schema: replicaSchema }])))
    return { database, takeFeed: () => takeFeed(packed), close: () => database.close().then(closePacked, closePacked) }
  } catch (error) {
    await closePacked()
    throw error
  }

  function closePacked(): Promise<void> {
    storage.close()
    return packed.close()
  }
}

/** Below RxDB's documents: the storage keeps the newer state, whichever of two writers comes first. Several states of a record are one write, of the newest. */
async function writeDocuments(
  collection: RxCollection<ReplicaDocument>,
  states: (ReplicaDocument & { _deleted: boolean })[]
): Promise<void> {
  const storage = collection.storageInstance
  const newest = new Map<string, (typeof states)[number]>()
  for (const state of states) {
    const known = newest.get(state.id)
    if (!known || isNewer(state, known, storedWriteContext)) newest.set(state.id, state)
  }
  const documents = [...newest.values()]
  const known = await storage.findDocumentsById(
    documents.map((document) => document.id),
    true
  )
  const byId = new Map(known.map((document) => [document.id, document]))
  const rows = documents.map((document) => {
    const internal = { _meta: { lwt: 1 }, _rev: '1-stored', _attachments: {} }
    return { previous: byId.get(document.id), document: { ...document, ...internal } }
  })
  await storage.bulkWrite(rows, storedWriteContext)
}
