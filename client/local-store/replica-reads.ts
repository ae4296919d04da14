import type { Table } from 'dexie'
import type { RxCollection } from 'rxdb/plugins/core'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { LocalRecord } from './local-record.ts'
import { toLocalRecord, type ReplicaDocument } from './replica-document.ts'
import type { ReplicaStore } from './replica-store.ts'

/** What is asked of a replica: all records of a type, or those that hang on one parent. */
export interface RecordQuery {
  type: string
  parent?: string
}

export interface ChangedRecord {
  id: string
  /** Null when it was removed. */
  record: LocalRecord | null
}

/** Reading side of the replicas. Server states only; what is pending here is laid over them by the sync room. */
export interface ReplicaReads {
  get(collection: CollectionName, ids: readonly string[]): Promise<Map<string, LocalRecord>>
  list(collection: CollectionName, query: RecordQuery): Promise<LocalRecord[]>
  /** Every record of a small collection. */
  all(collection: CollectionName): Promise<LocalRecord[]>
  /** All records of a type in chunks, so that the caller can give way to the screen between two. */
  chunks(collection: CollectionName, type: string, size: number): AsyncGenerator<LocalRecord[]>
  /** Records that a generation older than `generation` left behind. */
  olderThan(collection: CollectionName, generation: number): Promise<{ id: string }[]>
  /** Calls back after each write, of this tab or another; returns the way to stop. */
  onChange(collection: CollectionName, listener: (changed: ChangedRecord[]) => void): () => void
}

type StoredDocument = ReplicaDocument & { _deleted: unknown }

const byTypeAndParent = '[_deleted+type+parent+id]'

/** Below and above every text. New objects each time: one array may not stand in a key twice. */
const least = -Infinity
const most = (): unknown => [[]]

/**
 * Reads ranges straight from the index that RxDB's Dexie storage keeps: its own queries walk a cursor record by record
 * (measured in thousands a second on a cheap phone), a range is read in one go.
 */
export function replicaReads(store: ReplicaStore): ReplicaReads {
  const collectionOf = (name: CollectionName): RxCollection<ReplicaDocument> => store.database.collections[name]
  const tableOf = async (name: CollectionName): Promise<Table<StoredDocument, string>> => {
    const internals = (await collectionOf(name).storageInstance.internals) as {
      dexieTable: Table<StoredDocument, string>
    }
    return internals.dexieTable
  }

  return {
    async get(name, ids) {
      const documents = await collectionOf(name).storageInstance.findDocumentsById([...ids], false)
      return new Map(documents.map((document) => [document.id, toLocalRecord(document)]))
    },
    async list(name, { type, parent }) {
      const table = await tableOf(name)
      const lower = ['0', type, parent ?? least, least]
      const upper = ['0', type, parent ?? most(), most()]
      return (await table.where(byTypeAndParent).between(lower, upper).toArray()).map(toLocalRecord)
    },
    async all(name) {
      const table = await tableOf(name)
      const upper = ['0', most(), most(), most()]
      return (await table.where(byTypeAndParent).between(['0', least, least, least], upper).toArray()).map(
        toLocalRecord
      )
    },
    async *chunks(name, type, size) {
      const table = await tableOf(name)
      const upper = ['0', type, most(), most()]
      let lower: unknown[] = ['0', type, least, least]
      for (;;) {
        const documents = await table.where(byTypeAndParent).between(lower, upper, false, true).limit(size).toArray()
        if (documents.length > 0) yield documents.map(toLocalRecord)
        const last = documents.at(-1)
        if (!last || documents.length < size) return
        lower = ['0', type, last.parent, last.id]
      }
    },
    async olderThan(name, generation) {
      const table = await tableOf(name)
      const old = await table
        .filter((document) => document._deleted === '0' && document.syncGeneration < generation)
        .toArray()
      return old.map(({ id }) => ({ id }))
    },
    onChange: (name, listener) => followChanges(collectionOf(name), listener)
  }
}

function followChanges(
  collection: RxCollection<ReplicaDocument>,
  listener: (changed: ChangedRecord[]) => void
): () => void {
  const subscription = collection.eventBulks$.subscribe((bulk) => {
    if (bulk.isLocal) return
    const events = bulk.events as unknown as { documentId: string; documentData: StoredDocument }[]
    const changed = events.map(({ documentId, documentData }) => ({
      id: documentId,
      record: documentData._deleted === true ? null : toLocalRecord(documentData)
    }))
    listener(changed)
  })
  return () => subscription.unsubscribe()
}
