import { Dexie, type IntervalTree, type ObservabilitySet, type Table } from 'dexie'
import { withoutBytes, type BlobRow, type OutboxRow, type ServerMarks } from '../outbox-row.ts'
import type { OutboxSeals } from './outbox-seals.ts'
import type { OutboxTables } from './outbox-tables.ts'

export interface OutboxState {
  /** In order of saving. A row that did not change is the same object as before. */
  rows: readonly OutboxRow[]
  /** Photos without their bytes; likewise the same objects. */
  blobs: readonly BlobRow[]
  marks: ServerMarks
}

/** The whole outbox in the memory of a page, opened once and kept up by what changes. */
export interface OutboxBook {
  /** With all that this page has written before the call. What another page or worker wrote comes a moment later. */
  read(): Promise<OutboxState>
  /** Calls back now and after each change by any page or worker; returns the way to stop. */
  watch(listener: (state: OutboxState) => void): () => void
  /** The database went from under the page: at the next change all is read again. */
  forget(): void
  close(): void
}

interface BookParts {
  tables: OutboxTables
  seals(): Promise<OutboxSeals>
  marks(): Promise<ServerMarks>
}

/** Dexie tells, to all pages and workers, which keys a committed transaction wrote: only these are read and opened again. */
export function keepBook({ tables, seals, marks }: BookParts): OutboxBook {
  const { db, commands, photos, settings } = tables
  const listeners = new Set<(state: OutboxState) => void>()
  const rows = shelf(commands, { key: ({ seq }: OutboxRow) => seq, open: async (read) => (await seals()).openRows(read) })
  const blobs = shelf(photos, { key: ({ photoId }: BlobRow) => photoId, open: async (read) => read.map(withoutBytes) })
  let untold = false

  const read = inTurns(async (): Promise<OutboxState> => {
    const wasUntold = untold
    untold = false
    try {
      await seals()
      const readAll = async () => [await rows.read(), await blobs.read(), await marks()] as const
      const [openRows, openBlobs, lastMarks] = await db.transaction('r', commands, photos, settings, readAll)
      const state = { rows: (await openRows()).sort((a, b) => a.seq - b.seq), blobs: await openBlobs(), marks: lastMarks }
      if (wasUntold) queueMicrotask(() => listeners.forEach((listener) => listener(state)))
      return state
    } catch (error) {
      rows.forget()
      blobs.forget()
      untold ||= wasUntold
      throw error
    }
  })

  /** Told at the end of a transaction, Dexie would have us read in that same one. */
  function tell(): void {
    untold = true
    if (listeners.size > 0) void Dexie.ignoreTransaction(read).catch(() => undefined)
  }

  function changed(parts: ObservabilitySet): void {
    const [ofRows, ofBlobs, ofSettings] = [commands, photos, settings].map(({ name }) => parts['all'] ?? parts[`idb://${db.name}/${name}/`])
    if (ofRows) rows.forget(ofRows)
    if (ofBlobs) blobs.forget(ofBlobs)
    if (ofRows || ofBlobs || (ofSettings && keysIn(ofSettings)?.includes('marks') !== false)) tell()
  }

  Dexie.on('storagemutated', changed)
  return {
    read,
    watch(listener) {
      listeners.add(listener)
      tell()
      return () => listeners.delete(listener)
    },
    forget: () => [rows, blobs].forEach((one) => one.forget()),
    close() {
      listeners.clear()
      Dexie.on.storagemutated.unsubscribe(changed)
    }
  }
}

/** One at a time; what is wished while one runs is one more after it. */
function inTurns<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | null = null
  const turn = (): Promise<Result> => {
    next = null
    return work()
  }
  return () => {
    next ??= running.then(turn, turn)
    running = next
    return next
  }
}

/** What is known of a table, and the keys of what may be out of date: null for all, as at first. */
function shelf<Sealed, Item>(table: Table<Sealed>, of: { key(item: Item): unknown; open(read: Sealed[]): Promise<Item[]> }) {
  let known = new Map<unknown, Item>()
  let stale: unknown[] | null = null
  return {
    forget(part?: IntervalTree): void {
      const keys = stale && part ? keysIn(part) : null
      stale = keys && [...stale!, ...keys]
    },
    /** Within a transaction; gives what opens the rows, which is not done within one, and then tells all that is known. */
    async read(): Promise<() => Promise<Item[]>> {
      const keys = stale
      stale = []
      const read = keys ? await table.bulkGet(keys) : await table.toArray()
      return async () => {
        const items = await of.open(read.filter((row) => row !== undefined))
        if (keys) keys.forEach((key, at) => read[at] ?? known.delete(key))
        else known = new Map()
        for (const item of items) known.set(of.key(item), item)
        return [...known.values()]
      }
    }
  }
}

/** The keys of a part of what was written; null where Dexie tells a range only: of many at once, or of all. */
function keysIn(part: IntervalTree): unknown[] | null {
  if (!('from' in part)) return []
  if (part.from !== part.to) return null
  const [left, right] = [part.l, part.r].map((side) => (side ? keysIn(side) : []))
  return left && right ? [part.from, ...left, ...right] : null
}
