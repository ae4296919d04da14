import type { SyncItem, SyncStatus } from '#client/sync/sync-status.ts'

/** What would be lost if this phone were emptied now: without a receipt, or with photos still to go. */
export function unsentItems(status: SyncStatus): SyncItem[] {
  return status.items.filter((item) => {
    if (item.state === 'rejected') return false
    return item.receipt === null || item.receiptMismatch || item.photos.some((photo) => !['uploaded', 'refused', 'dismissed'].includes(photo.state))
  })
}

/**
 * Whether changes go to the office by themselves now. An update waits for that: what an app has saved it sends itself. Not
 * for what cannot go: no network, nobody logged in, set aside, kept off mobile data, or held by the office already.
 */
export function isDraining({ trouble, held, items }: SyncStatus): boolean {
  if (held === 'all' || (trouble !== 'none' && trouble !== 'upgrade')) return false
  return items.some(({ state, receipt }) => state === 'saved' || (state === 'sending' && receipt === null))
}

export type PillWord = 'attention' | 'login' | 'upgrade' | 'waiting' | 'sending' | 'loading' | 'received' | 'offline' | 'ready'

/** The one word of the header. What needs a person comes first; being offline is no trouble and comes last. */
export function pillWord(status: SyncStatus): PillWord {
  if (status.attention > 0) return 'attention'
  if (status.trouble === 'loggedOut') return 'login'
  if (status.trouble === 'upgrade' && !isDraining(status)) return 'upgrade'
  const waiting = status.unsent + status.photosUnsent > 0
  if (waiting) return status.sending && status.trouble !== 'offline' ? 'sending' : 'waiting'
  if (status.trouble === 'offline') return 'offline'
  if (!status.firstSync.done) return 'loading'
  return status.allReceived && status.lastReceivedAt !== null ? 'received' : 'ready'
}
