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

/** Progress after a page. `first` says that the page began the collection. Unchanged once the first sync is done. */
export function progressAfter(progress: SyncProgress, page: PulledPage, first: boolean): SyncProgress {
  const known = progress[page.collection]
  if (known?.done && !first) return progress
  const begun = first || !known
  const total = begun ? page.documents.length + (page.remaining ?? 0) : known.total
  const received = Math.min(
    (begun ? 0 : known.received) + page.documents.length,
    Math.max(total, page.documents.length)
  )
  return { ...progress, [page.collection]: { total, received: page.done ? total : received, done: page.done } }
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
