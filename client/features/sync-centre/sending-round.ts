import type { SyncStatus } from '#client/sync/sync-status.ts'

/** How far the sending is since something began to wait: changes and photos together, and their bytes. */
export interface SendingRound {
  done: number
  total: number
  sentBytes: number
  totalBytes: number
}

export const noRound: SendingRound = { done: 0, total: 0, sentBytes: 0, totalBytes: 0 }

/** The round after the next status. What is saved meanwhile makes the goal larger, never the part that is done smaller. */
export function nextRound(round: SendingRound, status: Pick<SyncStatus, 'unsent' | 'photosUnsent' | 'unsentBytes'>): SendingRound {
  const left = status.unsent + status.photosUnsent
  if (left === 0) return noRound
  const done = Math.max(round.done, round.total - left)
  const sentBytes = Math.max(round.sentBytes, round.totalBytes - status.unsentBytes)
  return { done, total: done + left, sentBytes, totalBytes: sentBytes + status.unsentBytes }
}

/** Whether something is on its way now: changes, or a photo. */
export function isSending(status: SyncStatus): boolean {
  if (status.trouble === 'offline' || status.held === 'all') return false
  return (status.sending && status.unsent > 0) || status.items.some((item) => item.photos.some((photo) => photo.state === 'uploading'))
}
