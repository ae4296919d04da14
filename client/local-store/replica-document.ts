import type { RxJsonSchema } from 'rxdb/plugins/core'
import type { Removal, WireDocument } from '#shared/protocol/collection-names.ts'
import type { LocalRecord } from './local-record.ts'

/** A server's record as the replica keeps it: the wire document, its generation, and the id it hangs on. */
export type ReplicaDocument = {
  id: string
  type: string
  rev: number
  /** Generation of the feed it came with; `rev` is compared within one generation only. */
  syncGeneration: number
  /** Id of the record it hangs on, empty where there is none: never null, an indexed null hides a document. */
  parent: string
  [field: string]: unknown
}

/**
 * Only what queries need. RxDB types `additionalProperties` as false, which only its validators read; none is used. Nothing validates it: a document that is odd must not stop the feed.
 */
export const replicaSchema: RxJsonSchema<ReplicaDocument> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    type: { type: 'string', maxLength: 40 },
    parent: { type: 'string', maxLength: 36 },
    rev: { type: 'number' },
    syncGeneration: { type: 'number' }
  },
  required: ['id', 'type', 'parent', 'rev', 'syncGeneration'],
  indexes: [['type', 'parent']],
  additionalProperties: true as never
}

/** Fields kept in memory of every record, so that what is asked often reads no record from disk. */
export const replicaColumns = ['type', 'parent', 'syncGeneration', 'rev'] as const

/** What RxDB is given for a pulled document or removal. A removal keeps its rev, so that an older state cannot come back. */
export function toReplicaDocument(
  document: WireDocument | Removal,
  parents: Readonly<Record<string, string>>,
  generation: number
): ReplicaDocument & { _deleted: boolean } {
  if (!('type' in document) || '_deleted' in document) {
    return { id: document.id, type: '', parent: '', rev: document.rev, syncGeneration: generation, _deleted: true }
  }
  const parent = document[parents[document.type] ?? '']
  return { ...document, parent: typeof parent === 'string' ? parent : '', syncGeneration: generation, _deleted: false }
}

/** The record without what the replica added. */
export function toLocalRecord(document: ReplicaDocument): LocalRecord {
  const { rev: _rev, syncGeneration: _generation, parent: _parent, ...record } = document
  for (const own of ['_deleted', '_rev', '_meta', '_attachments']) delete record[own]
  return record
}
