import { LocalStoreError, StaleTurn } from './disk/local-store-error.ts'
import { DocumentMap } from './document-map.ts'
import type { Slot } from './slot-index.ts'
import { mergeWhenIdle, recordsToMerge, type IdleTask } from './merge-records.ts'
import type { PackedDatabase } from './disk/packed-database.ts'
import { documentsPerRecord, packRecord, type PackedDocument, type PackedRecord, type PackPlan } from './disk/packed-record.ts'
import { firstTurn, RecordShelf, type ShelfWrite, type Turn } from './disk/record-shelf.ts'

export interface CollectionPlan extends PackPlan {
  /** Name and schema version. */
  key: string
  /** For checkpoints and other bookkeeping. */
  small: boolean
}

/** Read anew this often when another tab rewrites records under our hands, before giving up. */
const readAttempts = 5

/**
 * The documents of one collection: packed records on disk, their places and columns in memory. Memory changes only after
 * a commit. Writes, merges and what other tabs wrote come one after the other.
 */
export class PackedCollection {
  readonly map: DocumentMap
  readonly plan: CollectionPlan
  readonly database: PackedDatabase
  private readonly shelf: RecordShelf
  private readonly merging: IdleTask
  private turn: Turn = firstTurn
  /** The connection's losses when memory was last read; -1: never. */
  private readAt = -1
  private queue: Promise<unknown> = Promise.resolve()

  constructor(database: PackedDatabase, plan: CollectionPlan) {
    this.database = database
    this.plan = plan
    this.map = new DocumentMap(plan.primary, plan.fields)
    this.shelf = new RecordShelf(database, plan.key, plan.small)
    this.merging = mergeWhenIdle(() => this.merge().catch(() => undefined))
  }

  /** Reads what is stored, at first and after the connection was lost. */
  async ready(): Promise<void> {
    if (this.readAt === this.database.losses) return
    await this.queued(() => this.fresh())
    this.merging.soon()
  }

  /** Runs `work` after all writes and readings asked for before. */
  queued<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.queue.then(work)
    this.queue = result.catch(() => undefined)
    return result
  }

  /** The same, where tabs share the database while no other tab writes; on a memory that is up to date with the connection. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const { lock, name } = this.database.options
    const fresh = async (): Promise<Result> => {
      await this.fresh()
      return work()
    }
    return this.queued(lock ? () => lock.hold(`${name}:${this.plan.small ? 'small' : 'records'}`, fresh) : fresh)
  }

  /**
   * Stores new states of documents; call within `exclusive`. Rejects with StaleTurn after learning what another tab wrote, with
   * FeedTaken when this is `fenced` and another tab has begun to read the feed.
   */
  async append(documents: readonly PackedDocument[], fenced = false): Promise<void> {
    const records: PackedRecord[] = []
    for (let at = 0; at < documents.length; at += documentsPerRecord) {
      const part = documents.slice(at, at + documentsPerRecord)
      records.push(packRecord(part, this.plan, this.turn.seq + records.length + 1))
    }
    await this.commit({ added: records, fenced })
    for (const record of records) {
      if (record.apart) record.text = null
      this.map.adopt(record)
    }
    this.merging.soon()
  }

  /** Learns what other tabs have written; call within `queued` or `exclusive`. */
  async catchUp(): Promise<void> {
    if (this.readAt !== this.database.losses) return this.readAll()
    const { turn, records } = await this.shelf.read(this.turn.seq)
    if (turn.merges !== this.turn.merges || turn.seq < this.turn.seq) return this.readAll()
    for (const record of records) this.map.adopt(record)
    this.turn = turn
  }

  /** The documents with these ids, in their order, without those that are not known. `within`: the caller is in the queue. */
  async documents(ids: readonly string[], within = false): Promise<PackedDocument[]> {
    for (let attempt = 0; attempt < readAttempts; attempt += 1) {
      const slots = ids.flatMap((id) => this.map.slots.get(id) ?? [])
      const missing = new Set<PackedRecord>()
      for (const { document, record } of slots) if (!document && record.text === null) missing.add(record)
      if (missing.size > 0 && !(await this.readTexts([...missing]))) {
        await (within ? this.catchUp() : this.queued(() => this.catchUp()))
      }
      const found = this.unpacked(ids)
      if (found) return found
    }
    throw new LocalStoreError('ended')
  }

  /** Removes tombstones for good, with every record that still holds an older state of something. */
  async purge(isPurged: (slot: Slot) => boolean): Promise<void> {
    await this.exclusive(async () => {
      const purged = [...this.map.slots.values()].filter(isPurged)
      if (purged.length === 0) return
      const records = new Set(purged.map(({ record }) => record))
      for (const record of this.map.records.values()) if (record.live < record.ids.length) records.add(record)
      await this.rewrite(records, new Set(purged.map(({ id }) => id)))
    })
  }

  /** Rewrites small and worn records as few full ones; goes on by itself while there are more. */
  async merge(): Promise<void> {
    await this.exclusive(async () => {
      const records = recordsToMerge(this.map.records.values(), this.database.options.cipher !== null)
      if (records.size === 0) return
      await this.rewrite(records, new Set())
      this.merging.soon()
    })
  }

  async remove(): Promise<void> {
    await this.exclusive(() => this.shelf.clear())
    this.map.clear()
  }

  /** Resolves when nothing of this collection runs any more. */
  async close(): Promise<void> {
    this.merging.stop()
    await this.queue
  }

  /** At once, so that no other reading can take a text away in between; null when one is missing. */
  private unpacked(ids: readonly string[]): PackedDocument[] | null {
    const slots = ids.flatMap((id) => this.map.slots.get(id) ?? [])
    if (slots.some(({ document, record }) => !document && record.text === null)) return null
    const documents = slots.map((slot) => this.map.document(slot, slots.length <= documentsPerRecord))
    this.map.evict()
    return documents
  }

  /** False when another tab has rewritten one of the records. */
  private async readTexts(records: readonly PackedRecord[]): Promise<boolean> {
    const texts = await this.shelf.bodies(records.map(({ seq }) => seq))
    texts.forEach((text, at) => text !== null && this.map.keepText(records[at]!, text))
    return !texts.includes(null)
  }

  private async fresh(): Promise<void> {
    if (this.readAt !== this.database.losses) await this.readAll()
  }

  private async readAll(): Promise<void> {
    const { losses } = this.database
    const { turn, records } = await this.shelf.read(0)
    this.map.clear()
    for (const record of records) this.map.adopt(record)
    this.turn = turn
    this.readAt = losses
  }

  private async commit(write: ShelfWrite): Promise<void> {
    try {
      this.turn = await this.shelf.append(this.turn, write)
    } catch (error) {
      if (error instanceof StaleTurn) await this.catchUp()
      throw error
    }
  }

  /** Writes the living documents of these records as new ones, without the purged. */
  private async rewrite(records: ReadonlySet<PackedRecord>, purged: ReadonlySet<string>): Promise<void> {
    const slots = [...this.map.slots.values()].filter(({ id, record }) => records.has(record) && !purged.has(id))
    const apart = [...records].filter((record) => record.apart)
    if (apart.length > 0 && !(await this.readTexts(apart))) throw new StaleTurn()
    const made: PackedRecord[] = []
    for (let at = 0; at < slots.length; at += documentsPerRecord) {
      const part = slots.slice(at, at + documentsPerRecord).map((slot) => this.map.document(slot, false))
      made.push(packRecord(part, this.plan, this.turn.seq + made.length + 1))
    }
    this.map.evict()
    await this.commit({ added: made, replaced: [...records] })
    if (purged.size > 0) this.map.forget(purged)
    for (const record of made) {
      if (record.apart) record.text = null
      this.map.move(record)
    }
    this.map.drop(records)
  }
}
