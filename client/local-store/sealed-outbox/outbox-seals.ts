import type { Verdict } from '#shared/protocol/push.ts'
import { openBlob, openJson, sealBlob, sealJson } from '../keys/sealed-json.ts'
import type { BlobRow, NewBlob, OutboxContent, OutboxRow, SealedBlobRow, SealedRow } from '../outbox-row.ts'
import type { RecordCipher } from '../record-cipher.ts'
import { damagedContent } from './damaged-row.ts'
import type { SealedAnswer } from './settled-row.ts'

/** A value of the settings as it lies on the disk. */
export type SealedValue = { json: Uint8Array<ArrayBuffer> } | { blob: Blob; type: string }

/** Seals and opens what the outbox keeps. Never called inside a transaction: IndexedDB would end it. */
export class OutboxSeals {
  readonly #cipher: RecordCipher
  /** By command id: what was entered never changes, so it is opened once per page. */
  readonly #opened = new Map<string, OutboxContent>()

  constructor(cipher: RecordCipher) {
    this.#cipher = cipher
  }

  async sealContent(content: OutboxContent): Promise<Uint8Array<ArrayBuffer>> {
    return sealJson(this.#cipher, content)
  }

  /** What was just sealed is not opened again: a copy, as it would come from the disk. */
  remember(content: OutboxContent): void {
    this.#opened.set(content.command.id, JSON.parse(JSON.stringify(content)) as OutboxContent)
  }

  async sealAnswer({ fields = [], stored }: Pick<Verdict, 'fields' | 'stored'>): Promise<SealedAnswer> {
    return {
      fields: fields.length > 0 ? await sealJson(this.#cipher, fields) : null,
      stored: stored.length > 0 ? await sealJson(this.#cipher, stored) : null
    }
  }

  /** One whose bytes were changed comes as a damaged row: it keeps no other from being read. */
  async openRow(row: SealedRow): Promise<OutboxRow> {
    const { content: _content, fields, stored, ...course } = row
    const content = await this.#contentOf(row).catch(() => null)
    return {
      ...course,
      ...(content ? { ...content, command: { ...content.command, seq: row.seq } } : damagedContent(row)),
      fields: await this.#list(fields),
      stored: await this.#list(stored)
    }
  }

  /** What the server answered; it has this itself, so what cannot be read is left out. */
  async #list<Item>(sealed: SealedRow['fields']): Promise<Item[]> {
    return sealed ? openJson<Item[]>(this.#cipher, sealed).catch(() => []) : []
  }

  openRows(rows: readonly SealedRow[]): Promise<OutboxRow[]> {
    return Promise.all(rows.map((row) => this.openRow(row)))
  }

  /** Forgets what it has opened of commands that are no longer kept. */
  keepOnly(rows: readonly SealedRow[]): void {
    if (this.#opened.size <= rows.length) return
    const kept = new Set(rows.map((row) => row.id))
    for (const id of this.#opened.keys()) if (!kept.has(id)) this.#opened.delete(id)
  }

  async #contentOf(row: SealedRow): Promise<OutboxContent> {
    const known = this.#opened.get(row.id)
    if (known) return known
    const content = await openJson<OutboxContent>(this.#cipher, row.content)
    if (content.command.id !== row.id) throw new Error('The content of another command lies in this row.')
    this.#opened.set(row.id, content)
    return content
  }

  async sealPhoto(photo: NewBlob, of: Pick<BlobRow, 'commandId' | 'subject'>): Promise<SealedBlobRow> {
    const { photoId, sha256, blob } = photo
    const sealed = await sealBlob(this.#cipher, blob)
    return { photoId, ...of, sha256, size: blob.size, type: blob.type, sealed, state: 'waiting', uploadUrl: null, offset: 0 }
  }

  openPhoto(row: SealedBlobRow): Promise<Blob> {
    return openBlob(this.#cipher, row.sealed, row.type)
  }

  async sealValue(value: unknown): Promise<SealedValue> {
    if (value instanceof Blob) return { blob: await sealBlob(this.#cipher, value), type: value.type }
    return { json: await sealJson(this.#cipher, value ?? null) }
  }

  async openValue(value: SealedValue): Promise<unknown> {
    return 'json' in value ? openJson(this.#cipher, value.json) : openBlob(this.#cipher, value.blob, value.type)
  }
}
