import type { RxCollection, RxDocumentData } from 'rxdb/plugins/core'
import type { CollectionName, WireDocument } from '#shared/protocol/collection-names.ts'
import { recordDigest } from '#shared/protocol/drift/record-digest.ts'
import { mendedWriteContext } from './newer-rev-storage.ts'
import type { ReplicaDocument } from './replica-document.ts'
import type { ReplicaReads } from './replica-reads.ts'
import type { ReplicaStore } from './replica-store.ts'

/** What a collection holds: id -> digest of what is really stored, whoever wrote it. */
export type HeldDigests = ReadonlyMap<string, string>

export interface Mending {
  /** The server's states, for records that are missing or different here. */
  put: readonly WireDocument[]
  /** Records that the server has no more. */
  drop: readonly string[]
  /** The count that this follows from: a record that is another one by now is left alone. */
  held: HeldDigests
  generation: number
}

/** Counts and mends the copies of a device below everything that believes revisions. */
export interface ReplicaCensus {
  /** Reads all records of a collection, in parts, giving way to the screen between two. */
  count(collection: CollectionName): Promise<HeldDigests>
  /** Writes the server's states over what is here, whatever `rev` stands in it. Resolves to the ids it left alone. */
  mend(collection: CollectionName, mending: Mending): Promise<string[]>
  /** Some record as it would travel, null where there is none. */
  sample(collection: CollectionName): Promise<WireDocument | null>
}

type Stored = RxDocumentData<ReplicaDocument>

const countRows = 200

export function replicaCensus(store: ReplicaStore, reads: Pick<ReplicaReads, 'ids'>): ReplicaCensus {
  const collectionOf = (name: CollectionName): RxCollection<ReplicaDocument> => store.database.collections[name]
  return {
    async count(name) {
      const held = new Map<string, string>()
      const ids = await reads.ids(name)
      for (let at = 0; at < ids.length; at += countRows) {
        const documents = await collectionOf(name).storageInstance.findDocumentsById(ids.slice(at, at + countRows), false)
        for (const document of documents) held.set(document.id, digestOf(store, document))
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
      return held
    },
    mend: (name, mending) => mend(store, collectionOf(name), mending),
    async sample(name) {
      const [id] = await reads.ids(name)
      const [document] = id === undefined ? [] : await collectionOf(name).storageInstance.findDocumentsById([id], false)
      return document ? (wireOf(document) as WireDocument) : null
    }
  }
}

/** As the server counts it; a record that hangs on another parent here than its fields say never equals anything. */
function digestOf(store: ReplicaStore, document: Stored): string {
  const { parent } = store.toDocument(wireOf(document) as WireDocument, document.syncGeneration)
  return recordDigest(parent === document.parent ? document : { ...document, misplaced: document.parent })
}

function wireOf(document: Stored): Record<string, unknown> {
  const { parent: _parent, syncGeneration: _generation, ...rest } = document
  return Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('_')))
}

async function mend(store: ReplicaStore, collection: RxCollection<ReplicaDocument>, mending: Mending): Promise<string[]> {
  const { put, drop, held, generation } = mending
  const removals = drop.map((id) => ({ id, rev: 0, _deleted: true as const }))
  const documents = [...put, ...removals].map((document) => store.toDocument(document, generation))
  const known = await collection.storageInstance.findDocumentsById(documents.map(({ id }) => id), true)
  const byId = new Map(known.map((document) => [document.id, document]))
  const isAsCounted = (id: string): boolean => {
    const now = byId.get(id)
    return held.get(id) === (now && !now._deleted ? digestOf(store, now) : undefined)
  }
  const rows = documents.filter(({ id }) => isAsCounted(id)).map((document) => {
    const previous = byId.get(document.id)
    const height = Number.parseInt(previous?._rev ?? '0', 10) + 1
    return { previous, document: { ...document, _meta: { lwt: 1 }, _rev: `${height}-mended`, _attachments: {} } }
  })
  if (rows.length > 0) {
    const { error } = await collection.storageInstance.bulkWrite(rows, mendedWriteContext)
    const failed = new Set(error.map(({ documentId }) => documentId))
    const written = new Set(rows.map(({ document }) => document.id).filter((id) => !failed.has(id)))
    return documents.map(({ id }) => id).filter((id) => !written.has(id))
  }
  return documents.map(({ id }) => id)
}
