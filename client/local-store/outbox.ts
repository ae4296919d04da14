import type { Command } from '#shared/protocol/command.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { DurableTo } from '#shared/protocol/position.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import { outboxName, type StoreOwner } from './database-names.ts'
import { noMarks, withoutBytes, type BlobRow, type NewBlob, type OutboxRow, type OutboxTrouble, type ServerMarks } from './outbox-row.ts'
import { newRow } from './sealed-outbox/new-row.ts'
import { OutboxSeals, type SealedValue } from './sealed-outbox/outbox-seals.ts'
import { keepBook, type OutboxBook, type OutboxState } from './sealed-outbox/outbox-book.ts'
import { outboxCipher, outboxTables, type OutboxTables } from './sealed-outbox/outbox-tables.ts'
import { sealPlainRows } from './sealed-outbox/outbox-upgrade.ts'
import { releaseDurable } from './sealed-outbox/release-durable.ts'
import { sendOthersAgain, settledRow } from './sealed-outbox/settled-row.ts'
import { markApplied, markSent, readByIds, readInState, readUnsent } from './sealed-outbox/unsent-rows.ts'

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

/**
 * The commands and photos a person saved, in a database that page and service worker open alike. Each step is one
 * transaction and may be repeated after a kill; nothing is deleted before the server's data is durable. What people wrote
 * is encrypted with a key of this outbox (decision 0012), which also a worker can use while the app is locked.
 */
export class Outbox {
  readonly name: string
  readonly #tables: OutboxTables
  #opening: Promise<OutboxSeals> | null = null
  #book: OutboxBook | null = null
  #writing: Promise<unknown> = Promise.resolve()

  constructor(owner: StoreOwner) {
    this.name = outboxName(owner)
    this.#tables = outboxTables(this.name)
    const forget = () => {
      this.#opening = null
      this.#book?.forget()
    }
    this.#tables.db.on('versionchange', forget)
    this.#tables.db.on('close', forget)
  }

  /** The key, after what an older version left was sealed with it. A failure is not remembered: the next call tries again. */
  #seals(): Promise<OutboxSeals> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null
      throw error
    })
    return this.#opening
  }

  async #open(): Promise<OutboxSeals> {
    const seals = new OutboxSeals(await outboxCipher(this.#tables))
    await sealPlainRows(this.#tables, seals)
    return seals
  }

  /** Null where the database was deleted, key and all, since this began (somebody cleared the site's data): to be sealed anew. */
  #write<Result>(opening: Promise<OutboxSeals>, work: () => Promise<Result>): Promise<Result | null> {
    const { db, commands, photos, settings } = this.#tables
    return db.transaction('rw', commands, photos, settings, async () => (this.#opening === opening ? work() : null))
  }

  /**
   * Saves a command with its photos: when the promise resolves it is durable on this device. The same id twice is
   * saved once and gives the row that is there.
   */
  async append(entry: NewCommand): Promise<OutboxRow> {
    const { commands, photos, settings } = this.#tables
    const opening = this.#seals()
    const seals = await opening
    const { command, title, subject, writes, touches } = entry
    const entered = { command, title, subject, writes, touches }
    const content = await seals.sealContent(entered)
    const sealed = await Promise.all(entry.blobs.map((blob) => seals.sealPhoto(blob, { commandId: command.id, subject })))
    const row = await this.#write(opening, async () => {
      const [known, shut, last] = await Promise.all([commands.get({ id: command.id }), settings.get('shut'), settings.get('seq')])
      if (known) return known
      if (shut) throw new Error('This outbox is shut.')
      const seq = ((last?.value as number | undefined) ?? 0) + 1
      const saved = newRow({ ...command, seq }, content)
      await Promise.all([settings.put({ key: 'seq', value: seq }), commands.add(saved), sealed.length > 0 && photos.bulkAdd(sealed)])
      seals.remember(entered)
      return saved
    })
    return row ? seals.openRow(row) : this.append(entry)
  }

  /** Before everything is surrendered: from here on no page of this device saves anything more, until it is opened again. */
  async shut(shut: boolean): Promise<void> {
    const { settings } = this.#tables
    await (shut ? settings.put({ key: 'shut', value: true }) : settings.delete('shut'))
  }

  /** Everything that is kept, in order of saving. */
  async rows(): Promise<OutboxRow[]> {
    const seals = await this.#seals()
    const rows = await this.#tables.commands.orderBy('seq').toArray()
    seals.keepOnly(rows)
    return seals.openRows(rows)
  }

  /** How many commands have no verdict, and the first `most` of them in order of saving. */
  async unsent(most = Infinity): Promise<{ rows: OutboxRow[]; count: number }> {
    const seals = await this.#seals()
    const { rows, count } = await readUnsent(this.#tables, most)
    return { rows: await seals.openRows(rows), count }
  }

  /** Judged commands whose stored records are not yet in the replica. */
  async settled(): Promise<OutboxRow[]> {
    const seals = await this.#seals()
    return seals.openRows(await readInState(this.#tables, 'settled'))
  }

  /** As the request leaves: it may be there. For what is shown; what has no verdict is sent again, marked or not. */
  markSent(seqs: readonly number[]): Promise<void> {
    return markSent(this.#tables, seqs)
  }

  /** Writes verdicts, receipts and stored records into the rows, and the marks of the reply, as one. Sends again what it kept where it is the first to hear of a restore. */
  async settle({ verdicts, mismatched, serverTime, generation, durableTo }: Settlement): Promise<void> {
    const { db, commands, settings } = this.#tables
    const seals = await this.#seals()
    const answers = await Promise.all(verdicts.map((verdict) => seals.sealAnswer(verdict)))
    await db.transaction('rw', commands, settings, async () => {
      const marks = await this.marks()
      const latest = Math.max(generation, marks.generation ?? generation)
      const rows = await readByIds(commands, verdicts.map(({ id }) => id))
      const changed = verdicts.flatMap((verdict, at) => {
        const row = rows.get(verdict.id)
        return (row && settledRow(row, verdict, { answer: answers[at]!, generation, latest })) ?? []
      })
      await commands.bulkPut(changed)
      await commands.where('id').anyOf([...mismatched]).modify({ trouble: { kind: 'receipt' } })
      const lastReceivedAt = verdicts.some((verdict) => verdict.receipt) ? serverTime : marks.lastReceivedAt
      if (marks.generation !== null && generation > marks.generation) await sendOthersAgain(commands, generation)
      const next: ServerMarks = { lastReceivedAt, generation: latest, durableTo: generation < latest ? marks.durableTo : durableTo }
      await settings.put({ key: 'marks', value: next })
    })
  }

  /** The stored records of these rows are in the replica. */
  markApplied(ids: readonly string[]): Promise<void> {
    return markApplied(this.#tables, ids)
  }

  /** Leaves a command the server cannot read out of later batches, until someone asks to try again. */
  async setAside(id: string, trouble: OutboxTrouble): Promise<void> {
    await this.#tables.commands.where('id').equals(id).modify({ trouble })
  }

  /** Tries set-aside commands again, and photos that could not be read: of one, or all. */
  async retryTroubled(id?: string): Promise<void> {
    await this.#changePhotos(id, ['damaged'], 'waiting')
    const rows = id === undefined ? this.#tables.commands.toCollection() : this.#tables.commands.where('id').equals(id)
    await rows.filter((row) => row.trouble !== null).modify({ trouble: null })
  }

  /**
   * The server was restored to an older state (its generation changed): everything still kept is sent again, also what an
   * answer from before settles from now on. Ids make that harmless where the server has it.
   */
  async sendAgain(generation: number): Promise<void> {
    const { db, commands, settings } = this.#tables
    await db.transaction('rw', commands, settings, async () => {
      const marks = await this.marks()
      if (generation < (marks.generation ?? 0)) return
      if (generation !== marks.generation) await settings.put({ key: 'marks', value: { ...marks, generation, durableTo: null } satisfies ServerMarks })
      await sendOthersAgain(commands, generation)
    })
  }

  /** A person has seen the refusal or conflict, or that a photo of it is refused or cannot be read. */
  async acknowledge(id: string): Promise<void> {
    const { db, commands, photos } = this.#tables
    await db.transaction('rw', commands, photos, async () => {
      await commands.where('id').equals(id).modify({ acknowledged: true })
      await this.#changePhotos(id, ['refused', 'damaged'], 'dismissed')
    })
  }

  async #changePhotos(commandId: string | undefined, from: readonly BlobRow['state'][], state: BlobRow['state']): Promise<void> {
    const rows = this.#tables.photos.where('state').anyOf(from)
    await rows.filter((row) => commandId === undefined || row.commandId === commandId).modify({ state })
  }

  /**
   * Drops what the server surely keeps: `durableTo` has passed its position, or where no backup mark is configured, its
   * receipt is older than `keepDays`, both by the server's clock. Refusals nobody saw (of photos too), photos on their way and
   * what was received in another generation than that of the mark stay.
   */
  releaseDurable(durableTo: DurableTo, marks: { serverTime: number; generation: number }): Promise<number> {
    return releaseDurable(this.#tables, durableTo, marks)
  }

  async marks(): Promise<ServerMarks> {
    return ((await this.#tables.settings.get('marks'))?.value as ServerMarks | undefined) ?? noMarks
  }

  /** Null also where what lies on the disk cannot be read any more: nothing stops for a setting. */
  async setting<Value>(key: string): Promise<Value | null> {
    const seals = await this.#seals()
    await this.#writing
    const kept = (await this.#tables.settings.get(`sealed:${key}`))?.value as SealedValue | undefined
    return kept ? (seals.openValue(kept).catch(() => null) as Promise<Value | null>) : null
  }

  /** Takes the value as it is now, and writes in the order of the calls. Null removes. */
  putSetting(key: string, value: unknown): Promise<void> {
    const taken = structuredClone(value)
    const written = this.#writing.then(() => this.#putSealed(`sealed:${key}`, taken))
    this.#writing = written.catch(() => undefined)
    return written
  }

  async #putSealed(key: string, value: unknown): Promise<void> {
    const opening = this.#seals()
    const sealed = await (await opening).sealValue(value)
    const { settings } = this.#tables
    const isWritten = await this.#write(opening, async () => {
      await (value === null ? settings.delete(key) : settings.put({ key, value: sealed }))
      return true
    })
    if (!isWritten) await this.#putSealed(key, value)
  }

  /** The photos that are still here, without their bytes. */
  async blobs(): Promise<BlobRow[]> {
    await this.#seals()
    return (await this.#tables.photos.toArray()).map(withoutBytes)
  }

  /** The bytes of a photo that is still here. */
  async photo(photoId: string): Promise<Blob | null> {
    const seals = await this.#seals()
    const row = await this.#tables.photos.get(photoId)
    return row ? seals.openPhoto(row) : null
  }

  async updateBlob(photoId: string, change: Partial<Pick<BlobRow, 'state' | 'uploadUrl' | 'offset'>>): Promise<void> {
    await this.#tables.photos.update(photoId, change)
  }

  /** Only after the server said that it holds and has checked the photo. */
  async removeBlob(photoId: string): Promise<void> {
    await this.#tables.photos.delete(photoId)
  }

  /** Everything that is kept, from memory where this page knows it: with all this page wrote before, of others a moment later. */
  known(): Promise<OutboxState> {
    return this.#kept().read()
  }

  /** Calls back with all that is kept now and after each change by any page or worker; returns the way to stop. */
  watch(listener: (state: OutboxState) => void): () => void {
    return this.#kept().watch(listener)
  }

  #kept(): OutboxBook {
    return (this.#book ??= keepBook({ tables: this.#tables, seals: () => this.#seals(), marks: () => this.marks() }))
  }

  close(): void {
    this.#book?.close()
    this.#tables.db.close()
  }
}
