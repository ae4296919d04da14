import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { PulledPage } from '#shared/protocol/pull.ts'

/** How far the first sync of one collection is. `total` is what the server counted when it began. */
export interface CollectionProgress {
  total: number
  received: number
  done: boolean
}

export type SyncProgress = Partial<Record<CollectionName, CollectionProgress>>

/** n of m over all collections; `done` once everything that was there at the start has been read. */
export interface FirstSync {
  received: number
  total: number
  done: boolean
}

/** A page was read: the first one says how many records there are. Nothing counts as received before it is written. */
export function progressRead(progress: SyncProgress, page: PulledPage, first: boolean): SyncProgress {
  if (progress[page.collection] && !first) return progress
  const total = page.documents.length + (page.remaining ?? 0)
  return { ...progress, [page.collection]: { total, received: 0, done: false } }
}

/** So many records more are on the device. Unchanged once the first sync is done. */
export function progressWritten(progress: SyncProgress, name: CollectionName, count: number): SyncProgress {
  const known = progress[name]
  if (!known || known.done) return progress
  return { ...progress, [name]: { ...known, received: Math.min(known.total, known.received + count) } }
}

/** The collection has been read to its end and all of it is on the device. */
export function progressDone(progress: SyncProgress, name: CollectionName): SyncProgress {
  const known = progress[name]
  if (!known || known.done) return progress
  return { ...progress, [name]: { total: known.total, received: known.total, done: true } }
}

/** The sum that is shown. Never done before each of `expected` is. */
export function firstSyncOf(progress: SyncProgress, expected: readonly CollectionName[]): FirstSync {
  const parts = expected.map((name) => progress[name] ?? { total: 0, received: 0, done: false })
  return {
    received: parts.reduce((sum, part) => sum + part.received, 0),
    total: parts.reduce((sum, part) => sum + part.total, 0),
    done: parts.every((part) => part.done)
  }
}
