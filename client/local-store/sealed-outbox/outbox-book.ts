import { Dexie, mergeRanges, RangeSet, rangesOverlap, type IntervalTree, type ObservabilitySet, type Table } from 'dexie'
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
  const rows = shelf<OutboxRow, number>()
  const blobs = shelf<BlobRow, string>()
  let untold = false
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<OutboxState> | null = null

  async function turn(): Promise<OutboxState> {
    next = null
    const wasUntold = untold
    untold = false
    const [staleRows, staleBlobs] = [rows.takeStale(), blobs.takeStale()]
    try {
      const opened = await seals()
      const read = await db.transaction('r', commands, photos, settings, async () => ({
        rows: await inRanges(commands, staleRows),
        blobs: await inRanges(photos, staleBlobs),
        marks: await marks()
      }))
      rows.put(staleRows, (await opened.openRows(read.rows)).map((row) => [row.seq, row]))
      blobs.put(staleBlobs, read.blobs.map((row) => [row.photoId, withoutBytes(row)]))
      const state = { rows: rows.all().sort((a, b) => a.seq - b.seq), blobs: blobs.all(), marks: read.marks }
      if (wasUntold) queueMicrotask(() => listeners.forEach((listener) => listener(state)))
      return state
    } catch (error) {
      rows.forget(staleRows)
      blobs.forget(staleBlobs)
      untold ||= wasUntold
      throw error
    }
  }

  function read(): Promise<OutboxState> {
    next ??= running.then(turn, turn)
    running = next
    return next
  }

  /** Told at the end of a transaction, Dexie would have us read in that same one. */
  function tell(): void {
    untold = true
    if (listeners.size > 0) void Dexie.ignoreTransaction(read).catch(() => undefined)
  }

  function changed(parts: ObservabilitySet): void {
    const [ofRows, ofBlobs, ofSettings] = [commands, photos, settings].map(({ name }) => parts['all'] ?? parts[`idb://${db.name}/${name}/`])
    rows.forget(ofRows)
    blobs.forget(ofBlobs)
    if (ofRows || ofBlobs || (ofSettings && rangesOverlap(ofSettings, new RangeSet('marks')))) tell()
  }

  Dexie.on('storagemutated', changed)
  return {
    read,
    watch(listener) {
      listeners.add(listener)
      tell()
      return () => listeners.delete(listener)
    },
    close() {
      listeners.clear()
      Dexie.on.storagemutated.unsubscribe(changed)
    }
  }
}

/** What is known of a table, and the ranges of keys in which it may be out of date: at first everywhere. */
function shelf<Item, Key extends number | string>() {
  const known = new Map<Key, Item>()
  let stale = new RangeSet(Dexie.minKey, Dexie.maxKey)
  return {
    forget(ranges: IntervalTree | undefined): void {
      if (ranges) mergeRanges(stale, ranges)
    },
    takeStale(): RangeSet {
      const taken = stale
      stale = new RangeSet()
      return taken
    },
    /** `found`: all that lies in these ranges. */
    put(ranges: RangeSet, found: readonly (readonly [Key, Item])[]): void {
      const here = new Map(found)
      for (const { from, to } of listOf(ranges)) {
        if (from !== to) for (const key of known.keys()) if (ranges.hasKey(key) && !here.has(key)) known.delete(key)
        if (from === to && !here.has(from as Key)) known.delete(from as Key)
      }
      for (const [key, item] of here) known.set(key, item)
    },
    all: (): Item[] => [...known.values()]
  }
}

async function inRanges<Row, Key>(table: Table<Row, Key>, ranges: RangeSet): Promise<Row[]> {
  const found: Row[] = []
  for (const { from, to } of listOf(ranges)) found.push(...(await table.where(':id').between(from, to, true, true).toArray()))
  return found
}

function listOf(ranges: RangeSet): { from: unknown; to: unknown }[] {
  const list: { from: unknown; to: unknown }[] = []
  const steps = ranges[Symbol.iterator]()
  for (let step = steps.next(); !step.done; step = steps.next()) list.push({ from: step.value.from, to: step.value.to })
  return list
}
