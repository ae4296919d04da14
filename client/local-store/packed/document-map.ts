import { columnValue, unpackDocument, type PackedDocument, type PackedRecord } from './disk/packed-record.ts'
import { GroupIndex, SortedIndex, type Slot, type SlotIndex } from './slot-index.ts'

/** How many parsed documents and record texts are kept after they were asked for. */
const keptDocuments = 5_000
const keptTexts = 24
/** Indexes follow so many changes one by one; after more they are made anew when asked for. */
const followedChanges = 64

/** What is known in memory of all documents of one collection: by id, with the columns of their records. */
export class DocumentMap {
  readonly slots = new Map<string, Slot>()
  readonly records = new Map<number, PackedRecord>()
  private readonly indexes = new Map<string, SlotIndex>()
  private readonly primary: string
  private readonly fields: readonly string[]
  private parsed: Slot[] = []
  private readonly texts: PackedRecord[] = []

  constructor(primary: string, fields: readonly string[]) {
    this.primary = primary
    this.fields = fields
  }

  clear(): void {
    this.slots.clear()
    this.records.clear()
    this.indexes.clear()
    this.parsed = []
    this.texts.length = 0
  }

  /** Takes a record that is stored: its documents replace what earlier records said of them. */
  adopt(record: PackedRecord): void {
    this.records.set(record.seq, record)
    const follow = record.ids.length < followedChanges
    if (!follow) this.indexes.clear()
    record.ids.forEach((id, at) => this.place(id, record, at))
  }

  /** Takes a rewritten record: the same documents at another place. Indexes stay as they are. */
  move(record: PackedRecord): void {
    this.records.set(record.seq, record)
    record.ids.forEach((id, at) => Object.assign(this.slots.get(id)!, { record, at }))
  }

  /** Forgets records whose documents have been moved or forgotten. */
  drop(records: Iterable<PackedRecord>): void {
    for (const { seq } of records) this.records.delete(seq)
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.slots.delete(id)
    this.indexes.clear()
  }

  value(slot: Slot, field: string): unknown {
    return field === this.primary ? slot.id : columnValue(slot.record, field, slot.at)
  }

  /** What indexes and checkpoints need of a document, without its text. */
  row(slot: Slot): PackedDocument {
    const row: Record<string, unknown> = { _meta: { lwt: this.value(slot, '_lwt') }, _attachments: {} }
    for (const field of ['_deleted', '_rev', this.primary, ...this.fields]) row[field] = this.value(slot, field)
    return row as PackedDocument
  }

  /** The document; its record's text must be in memory unless it is parsed. */
  document(slot: Slot, keep: boolean): PackedDocument {
    if (slot.document) return slot.document
    const document = unpackDocument(slot.record, slot.at)
    if (keep) {
      slot.document = document
      this.parsed.push(slot)
    }
    return document
  }

  /** Keeps the text of a record that was read from disk for a while. */
  keepText(record: PackedRecord, text: string): void {
    Object.assign(record, { text })
    this.texts.push(record)
  }

  /** Forgets texts and parsed documents beyond the bounds, the longest known first. */
  evict(): void {
    while (this.texts.length > keptTexts) this.texts.shift()!.text = null
    if (this.parsed.length <= keptDocuments) return
    for (const slot of this.parsed.splice(0, this.parsed.length - keptDocuments / 2)) slot.document = null
  }

  /** An index over these fields, made at its first use. `keyOf` gives the text by which documents are ordered. */
  sorted(fields: readonly string[], keyOf: (row: PackedDocument) => string): SortedIndex {
    return this.index(`sorted ${fields.join()}`, () => new SortedIndex(this.slots.values(), (slot) => keyOf(this.row(slot))))
  }

  /** Documents with this value in a column, in no order. */
  group(field: string, value: unknown): Iterable<Slot> {
    const index = this.index(`group ${field}`, () => new GroupIndex(this.slots.values(), (slot) => this.value(slot, field)))
    return index.get(value)
  }

  private index<Index extends SlotIndex>(name: string, make: () => Index): Index {
    const index = (this.indexes.get(name) as Index | undefined) ?? make()
    this.indexes.set(name, index)
    return index
  }

  private place(id: string, record: PackedRecord, at: number): void {
    const known = this.slots.get(id)
    if (known) {
      for (const index of this.indexes.values()) index.remove(known)
      known.record.live -= 1
      Object.assign(known, { record, at, document: null })
    } else this.slots.set(id, { id, record, at, document: null })
    if (this.indexes.size === 0) return
    const slot = this.slots.get(id)!
    for (const index of this.indexes.values()) index.add(slot)
  }
}
