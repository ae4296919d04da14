import type { RxDocumentData, RxJsonSchema } from 'rxdb/plugins/core'

export type PackedFields = Record<string, unknown>
export type PackedDocument = RxDocumentData<PackedFields>
export type PackedSchema = Readonly<RxJsonSchema<PackedDocument>>

/** What is kept of up to 500 documents in memory; the texts of the documents only while they are needed. */
export interface PackedRecord {
  /** Place in the order of writing; a later record wins over an earlier one. */
  readonly seq: number
  readonly ids: readonly string[]
  /** Fields that all its documents share, and columns of those they do not. */
  readonly same: Readonly<Record<string, unknown>>
  readonly columns: Readonly<Record<string, readonly unknown[]>>
  /** RxDB's own fields, where all documents share them: then they are left out of the texts. */
  readonly own: OwnFields | null
  /** Where each document ends in `text`. */
  readonly ends: readonly number[]
  text: string | null
  /** Whether the text is stored apart from the head. */
  readonly apart: boolean
  /** Stored without a key. */
  readonly plain: boolean
  /** How many of its documents no later record has replaced. */
  live: number
}

export type OwnFields = Pick<PackedDocument, '_rev' | '_deleted' | '_meta' | '_attachments'>

export interface PackPlan {
  primary: string
  /** Fields kept as columns. */
  fields: readonly string[]
}

export const documentsPerRecord = 500
/** Below this, head and body are one stored value. */
const apartFrom = 64

/** Packs at most 500 documents. Throws what JSON throws for a value it has no text for. */
export function packRecord(documents: readonly PackedDocument[], plan: PackPlan, seq: number): PackedRecord {
  const own = sharedOwnFields(documents)
  const same: Record<string, unknown> = {}
  const columns: Record<string, unknown[]> = {}
  for (const field of ['_deleted', '_rev', '_lwt', ...plan.fields]) {
    const valueOf = (document: PackedDocument): unknown => (field === '_lwt' ? document._meta.lwt : document[field])
    const first = valueOf(documents[0]!)
    if (documents.every((document) => valueOf(document) === first)) same[field] = first
    else columns[field] = documents.map(valueOf)
  }
  const texts = documents.map((document) => JSON.stringify(own ? withoutOwn(document) : document))
  let end = 0
  return {
    seq,
    ids: documents.map((document) => document[plan.primary] as string),
    same,
    columns,
    own,
    ends: texts.map((text) => (end += text.length)),
    text: texts.join(''),
    apart: documents.length >= apartFrom,
    plain: false,
    live: documents.length
  }
}

/** The head as text; with the documents' texts in it where the record is small. */
export function headText({ ids, same, columns, own, ends, text, apart }: PackedRecord): string {
  return JSON.stringify({ ids, same, columns, own, ends, ...(apart ? {} : { text }) })
}

export function recordFromHead(seq: number, head: string, plain: boolean): PackedRecord {
  const stored = JSON.parse(head) as Omit<PackedRecord, 'text'> & { text?: string }
  const text = stored.text ?? null
  return { ...stored, seq, text, apart: text === null, plain, live: stored.ids.length }
}

/** A column's value of the document at this position, without looking at its text. */
export function columnValue({ same, columns }: PackedRecord, field: string, at: number): unknown {
  const column = columns[field]
  return (column ? column[at] : same[field]) ?? undefined
}

/** The document at this position; the record's text must be there. */
export function unpackDocument(record: PackedRecord, at: number): PackedDocument {
  const text = record.text!.slice(at === 0 ? 0 : record.ends[at - 1], record.ends[at])
  const document = JSON.parse(text) as PackedDocument
  return record.own ? Object.assign(document, record.own, { _attachments: {} }) : document
}

function withoutOwn(document: PackedDocument): Record<string, unknown> {
  const { _rev, _deleted, _meta, _attachments, ...rest } = document
  return rest
}

function sharedOwnFields(documents: readonly PackedDocument[]): OwnFields | null {
  const { _rev, _deleted, _meta } = documents[0]!
  const shared = documents.every(
    (one) =>
      one._rev === _rev && one._deleted === _deleted && sameMeta(one._meta, _meta) && Object.keys(one._attachments).length === 0
  )
  return shared ? { _rev, _deleted, _meta, _attachments: {} } : null
}

function sameMeta(one: PackedDocument['_meta'], other: PackedDocument['_meta']): boolean {
  if (one === other) return true
  return one.lwt === other.lwt && Object.keys(one).length === 1 && Object.keys(other).length === 1
}
