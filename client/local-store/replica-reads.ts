import type { RxChangeEventBulk, RxCollection } from 'rxdb/plugins/core'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { LocalRecord } from './local-record.ts'
import type { Slot } from './packed/slot-index.ts'
import type { PackedCollection } from './packed/packed-collection.ts'
import { toLocalRecord, type ReplicaDocument } from './replica-document.ts'
import { packedCollection, type ReplicaStore } from './replica-store.ts'

/** What is asked of a replica: all records of a type, or those that hang on one parent. */
export interface RecordQuery {
  type: string
  parent?: string
}

export interface ChangedRecord {
  id: string
  /** Null when it was removed. */
  readonly record: LocalRecord | null
}

/** Reading side of the replicas. Server states only; what is pending here is laid over them by the sync room. */
export interface ReplicaReads {
  get(collection: CollectionName, ids: readonly string[]): Promise<Map<string, LocalRecord>>
  list(collection: CollectionName, query: RecordQuery): Promise<LocalRecord[]>
  /** Every record of a small collection. */
  all(collection: CollectionName): Promise<LocalRecord[]>
  /** All records of a type in chunks, so that the caller can give way to the screen between two. */
  chunks(collection: CollectionName, type: string, size: number): AsyncGenerator<LocalRecord[]>
  /** Ids of all records, in the order in which they are read best. */
  ids(collection: CollectionName): Promise<string[]>
  /** Calls back after each write, of this tab or another; returns the way to stop. */
  onChange(collection: CollectionName, listener: (changed: ChangedRecord[]) => void): () => void
}

/** Reads the packed records below RxDB: ids, types and parents are in memory, only what is asked for is parsed. */
export function replicaReads(store: ReplicaStore): ReplicaReads {
  const collectionOf = (name: CollectionName): RxCollection<ReplicaDocument> => store.database.collections[name]

  async function packed(name: CollectionName): Promise<PackedCollection> {
    const collection = packedCollection(collectionOf(name))
    await collection.ready()
    return collection
  }

  return {
    async get(name, ids) {
      const records = await recordsOf(await packed(name), ids)
      return new Map(records.map((record) => [record.id, record]))
    },
    async list(name, { type, parent }) {
      const collection = await packed(name)
      return recordsOf(collection, parent === undefined ? idsOf(collection, { type }) : idsUnder(collection, type, parent))
    },
    async all(name) {
      const collection = await packed(name)
      return recordsOf(collection, idsOf(collection, {}))
    },
    async *chunks(name, type, size) {
      const collection = await packed(name)
      const ids = idsOf(collection, { type })
      for (let at = 0; at < ids.length; at += size) yield await recordsOf(collection, ids.slice(at, at + size))
    },
    async ids(name) {
      return idsOf(await packed(name), {})
    },
    onChange: (name, listener) => followChanges(collectionOf(name), listener)
  }
}

async function recordsOf(collection: PackedCollection, ids: readonly string[]): Promise<LocalRecord[]> {
  const documents = await collection.documents(ids)
  return documents.flatMap((document) => (document._deleted ? [] : [toLocalRecord(document as unknown as ReplicaDocument)]))
}

/** In the order in which they stand on disk, so that each record is read once. */
function idsOf({ map }: PackedCollection, { type }: { type?: string }): string[] {
  const wanted = [...map.slots.values()].filter(
    (slot) => (type === undefined || map.value(slot, 'type') === type) && map.value(slot, '_deleted') === false
  )
  const before = (a: Slot, b: Slot): number => a.record.seq - b.record.seq || a.at - b.at
  return wanted.sort(before).map(({ id }) => id)
}

function idsUnder({ map }: PackedCollection, type: string, parent: string): string[] {
  const here = [...map.group('parent', parent)].filter((slot) => map.value(slot, 'type') === type && map.value(slot, '_deleted') === false)
  return here.map(({ id }) => id)
}

function followChanges(
  collection: RxCollection<ReplicaDocument>,
  listener: (changed: ChangedRecord[]) => void
): () => void {
  const subscription = collection.eventBulks$.subscribe((bulk) => {
    if (bulk.isLocal) return
    listener(changesOf(bulk))
  })
  return () => subscription.unsubscribe()
}

type Bulk = RxChangeEventBulk<ReplicaDocument>
const changesByBulk = new WeakMap<Bulk, ChangedRecord[]>()

/** Shared by all listeners; a record is made when the first of them looks at it, so that a page nobody looks at costs nothing. */
function changesOf(bulk: Bulk): ChangedRecord[] {
  const known = changesByBulk.get(bulk)
  if (known) return known
  const events = bulk.events as unknown as { documentId: string; documentData: ReplicaDocument & { _deleted: boolean } }[]
  const changes = events.map(({ documentId, documentData }): ChangedRecord => {
    let record: LocalRecord | null | undefined
    return {
      id: documentId,
      get record() {
        record ??= documentData._deleted ? null : toLocalRecord(documentData)
        return record
      }
    }
  })
  changesByBulk.set(bulk, changes)
  return changes
}
