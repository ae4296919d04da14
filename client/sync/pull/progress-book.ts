import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { PulledPage } from '#shared/protocol/pull.ts'
import type { FeedNews } from '#client/local-store/replica-feed.ts'
import type { SyncStatus } from '../sync-status.ts'
import { firstSyncOf, progressDone, progressRead, progressWritten, type SyncProgress } from './sync-progress.ts'

export interface ProgressBook extends FeedNews {
  onPage(page: PulledPage, first: boolean): void
  /** Saves now what waits to be saved. */
  flush(): void
}

export interface ProgressBookParts {
  tell(told: Pick<SyncStatus, 'firstSync' | 'progress'>): void
  /** Saves it, after what was given before; calls `saved` once it is durable. */
  save(progress: SyncProgress, saved: () => void): void
}

/** Counting goes on many times a second: what is saved of it may be so much older, ms. A kill then shows an older n. */
const savedEveryMs = 500

/** Books what is read and written. "Done" is told only after it is saved: a phone that dies right then starts with all of it. */
export function openProgressBook(start: SyncProgress, { tell, save }: ProgressBookParts): ProgressBook {
  const readToEnd = new Set<CollectionName>()
  let progress = start
  let newest: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    newest?.()
    newest = null
  }

  function keep(next: SyncProgress): void {
    if (next === progress) return
    progress = next
    const told = { firstSync: firstSyncOf(next, collectionNames), progress: next }
    if (!told.firstSync.done) tell(told)
    newest = () => save(next, () => told.firstSync.done && tell(told))
    timer ??= setTimeout(flush, savedEveryMs)
  }

  tell({ firstSync: firstSyncOf(start, collectionNames), progress: start })
  return {
    onPage(page, first) {
      if (page.done) readToEnd.add(page.collection)
      else readToEnd.delete(page.collection)
      keep(progressRead(progress, page, first))
      if (first) flush()
    },
    onWritten: (name, count) => keep(progressWritten(progress, name, count)),
    onRested(name) {
      if (readToEnd.has(name)) keep(progressDone(progress, name))
      flush()
    },
    flush
  }
}
