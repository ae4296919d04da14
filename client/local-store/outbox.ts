import { Dexie, liveQuery, type Table } from 'dexie'
import type { Command } from '#shared/protocol/command.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { DurableTo } from '#shared/protocol/position.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import { outboxName, type StoreOwner } from './database-names.ts'
import type { BlobRow, NewBlob, OutboxRow, OutboxTrouble } from './outbox-row.ts'
import { settledRow } from './settled-row.ts'

/** A command to be saved; the outbox gives it its `seq`. */
export interface NewCommand {
  command: Omit<Command, 'seq'>
  title: string
  subject: RecordRef | null
  writes: string[]
  touches: string[]
  blobs: readonly NewBlob[]
}

/** What one push reply says, to be written as one. Verdicts whose receipt did not fit come apart, as trouble. */
export interface Settlement {
  verdicts: readonly Verdict[]
  mismatched: readonly string[]
  serverTime: number
  generation: number
  durableTo: DurableTo
}

/** When the server last took something, and the marks of its replies; server clock. */
export interface ServerMarks {
  lastReceivedAt: number | null
  generation: number | null
  durableTo: DurableTo | null
}

const noMarks: ServerMarks = { lastReceivedAt: null, generation: null, durableTo: null }
const dayMs = 86_400_000

/**
 * The commands and photos a person saved, in a database that page and service worker open alike. Each step is one
 * transaction and may be repeated after a kill; nothing is deleted before the server's data is durable.
 */
export class Outbox {
  readonly name: string
  readonly #db: Dexie
  readonly #commands: Table<OutboxRow, number>
  readonly #blobs: Table<BlobRow, string>
  readonly #settings: Table<{ key: string; value: unknown }, string>

  constructor(owner: StoreOwner) {
    this.name = outboxName(owner)
    this.#db = new Dexie(this.name, { chromeTransactionDurability: 'strict' })
    this.#db
      .version(1)
      .stores({ commands: 'seq, &id, [state+seq]', blobs: 'photoId, commandId, state', settings: 'key' })
    this.#commands = this.#db.table('commands')
    this.#blobs = this.#db.table('blobs')
    this.#settings = this.#db.table('settings')
  }

  /**
   * Saves a command with its photos: when the promise resolves it is durable on this device. The same id twice is
   * saved once and gives the row that is there.
   */
  append(entry: NewCommand): Promise<OutboxRow> {
    return this.#db.transaction('rw', this.#commands, this.#blobs, this.#settings, async () => {
      const known = await this.#commands.where('id').equals(entry.command.id).first()
      if (known) return known
      const seq = (((await this.#settings.get('seq'))?.value as number | undefined) ?? 0) + 1
      const row = newRow(entry, seq)
      await this.#settings.put({ key: 'seq', value: seq })
      await this.#commands.add(row)
      await this.#blobs.bulkAdd(entry.blobs.map((blob) => newBlobRow(blob, entry)))
      return row
    })
  }

  /** Everything that is kept, in order of saving. */
  rows(): Promise<OutboxRow[]> {
    return this.#commands.orderBy('seq').toArray()
  }

  /** Commands without a verdict, in order of saving. */
  async unsent(): Promise<OutboxRow[]> {
    const [pending, sent] = await Promise.all([this.#inState('pending'), this.#inState('sent')])
    return [...pending, ...sent].sort((a, b) => a.seq - b.seq)
  }

  /** Judged commands whose stored records are not yet in the replica. */
  settled(): Promise<OutboxRow[]> {
    return this.#inState('settled')
  }

  #inState(state: OutboxRow['state']): Promise<OutboxRow[]> {
    return this.#commands.where('[state+seq]').between([state, Dexie.minKey], [state, Dexie.maxKey]).toArray()
  }

  /** Before the request leaves: from here on the server may have it. */
  async markSent(seqs: readonly number[]): Promise<void> {
    await this.#commands
      .where('seq')
      .anyOf([...seqs])
      .filter((row) => row.state === 'pending')
      .modify({ state: 'sent' })
  }

  /** Writes verdicts, receipts and stored records into the rows, and the marks of the reply, as one. */
  settle(settlement: Settlement): Promise<void> {
    return this.#db.transaction('rw', this.#commands, this.#settings, async () => {
      for (const verdict of settlement.verdicts) {
        const row = await this.#commands.where('id').equals(verdict.id).first()
        const next = row && settledRow(row, verdict, settlement.generation)
        if (next) await this.#commands.put(next)
      }
      await this.#commands
        .where('id')
        .anyOf([...settlement.mismatched])
        .modify({ trouble: { kind: 'receipt' } })
      const received = settlement.verdicts.some((verdict) => verdict.receipt)
      const before = await this.marks()
      const { serverTime, generation, durableTo } = settlement
      const marks: ServerMarks = {
        lastReceivedAt: received ? serverTime : before.lastReceivedAt,
        generation,
        durableTo
      }
      await this.#settings.put({ key: 'marks', value: marks })
    })
  }

  /** The stored records of these rows are in the replica. */
  async markApplied(ids: readonly string[]): Promise<void> {
    await this.#commands
      .where('id')
      .anyOf([...ids])
      .filter((row) => row.state === 'settled')
      .modify({ state: 'applied', stored: [] })
  }

  /** Leaves a command the server cannot read out of later batches, until someone asks to try again. */
  async setAside(id: string, trouble: OutboxTrouble): Promise<void> {
    await this.#commands.where('id').equals(id).modify({ trouble })
  }

  /** Tries set-aside commands again: one, or all. */
  async retryTroubled(id?: string): Promise<void> {
    const rows = id === undefined ? this.#commands.toCollection() : this.#commands.where('id').equals(id)
    await rows.filter((row) => row.trouble !== null).modify({ trouble: null })
  }

  /**
   * The server was restored to an older state (its generation changed): everything still kept is sent again. Ids make
   * that harmless where the server has it.
   */
  async sendAgain(generation: number): Promise<void> {
    await this.#commands
      .filter((row) => row.receipt !== null && row.verdict !== 'rejected' && row.generation !== generation)
      .modify({ state: 'pending', trouble: null })
  }

  /** A person has seen the refusal or conflict. */
  async acknowledge(id: string): Promise<void> {
    await this.#commands.where('id').equals(id).modify({ acknowledged: true })
  }

  /**
   * Drops what the server surely keeps: `durableTo` has passed its position, or where no backup mark is configured, its
   * receipt is older than `keepDays`, both by the server's clock. Refusals nobody saw and photos on their way stay.
   */
  releaseDurable(durableTo: DurableTo, serverTime: number): Promise<number> {
    return this.#db.transaction('rw', this.#commands, this.#blobs, async () => {
      const applied = await this.#inState('applied')
      let released = 0
      for (const row of applied) {
        if (!isDurable(row, durableTo, serverTime)) continue
        if (row.verdict === 'rejected' && !row.acknowledged) continue
        const blobs = this.#blobs.where('commandId').equals(row.id)
        if (row.verdict !== 'rejected' && (await blobs.count()) > 0) continue
        await this.#blobs.where('commandId').equals(row.id).delete()
        await this.#commands.delete(row.seq)
        released += 1
      }
      return released
    })
  }

  async marks(): Promise<ServerMarks> {
    return ((await this.#settings.get('marks'))?.value as ServerMarks | undefined) ?? noMarks
  }

  async setting<Value>(key: string): Promise<Value | null> {
    return ((await this.#settings.get(`own:${key}`))?.value ?? null) as Value | null
  }

  async putSetting(key: string, value: unknown): Promise<void> {
    await this.#settings.put({ key: `own:${key}`, value })
  }

  blobs(): Promise<BlobRow[]> {
    return this.#blobs.toArray()
  }

  async blob(photoId: string): Promise<BlobRow | null> {
    return (await this.#blobs.get(photoId)) ?? null
  }

  async updateBlob(photoId: string, change: Partial<Pick<BlobRow, 'state' | 'uploadUrl' | 'offset'>>): Promise<void> {
    await this.#blobs.update(photoId, change)
  }

  /** Only after the server said that it holds and has checked the photo. */
  async removeBlob(photoId: string): Promise<void> {
    await this.#blobs.delete(photoId)
  }

  /** Calls back with rows and marks now and after each change by any page or worker; returns the way to stop. */
  watch(listener: (state: { rows: OutboxRow[]; blobs: BlobRow[]; marks: ServerMarks }) => void): () => void {
    const read = async () => ({ rows: await this.rows(), blobs: await this.blobs(), marks: await this.marks() })
    const subscription = liveQuery(read).subscribe({ next: listener, error: () => undefined })
    return () => subscription.unsubscribe()
  }

  close(): void {
    this.#db.close()
  }
}

function newRow(entry: NewCommand, seq: number): OutboxRow {
  const command: Command = { ...entry.command, seq }
  return {
    seq,
    id: command.id,
    state: 'pending',
    command,
    title: entry.title,
    subject: entry.subject,
    writes: entry.writes,
    touches: entry.touches,
    bytes: new TextEncoder().encode(JSON.stringify(command)).length,
    trouble: null,
    verdict: null,
    code: null,
    fields: [],
    receipt: null,
    stored: [],
    issues: [],
    generation: 0,
    acknowledged: false
  }
}

function newBlobRow(photo: NewBlob, entry: NewCommand): BlobRow {
  return {
    photoId: photo.photoId,
    commandId: entry.command.id,
    subject: entry.subject,
    sha256: photo.sha256,
    size: photo.blob.size,
    blob: photo.blob,
    state: 'waiting',
    uploadUrl: null,
    offset: 0
  }
}

function isDurable(row: OutboxRow, durableTo: DurableTo, serverTime: number): boolean {
  if (!row.receipt) return false
  if (durableTo.position !== null) return comparePositions(row.receipt.position, durableTo.position) < 0
  return serverTime - row.receipt.receivedAt > durableTo.keepDays * dayMs
}
