import type { Component } from 'vue'
import { CircleAlert, CircleCheck, CircleX, GitMerge, Hourglass, LoaderCircle, Smartphone } from '@lucide/vue'
import type { ItemState, SyncItem, SyncStatus } from '#client/sync/sync-status.ts'
import type { StateTone } from '#client/ui/feedback/state-tone.ts'

export interface ItemMark {
  readonly icon: Component
  readonly tone: StateTone
}

const marks: Readonly<Record<ItemState, ItemMark>> = {
  saved: { icon: Smartphone, tone: 'info' },
  sending: { icon: LoaderCircle, tone: 'info' },
  waiting: { icon: Hourglass, tone: 'info' },
  received: { icon: CircleCheck, tone: 'ok' },
  merged: { icon: GitMerge, tone: 'ok' },
  attention: { icon: CircleAlert, tone: 'warn' },
  rejected: { icon: CircleX, tone: 'bad' }
}

/** Icon and tone of a state; its word stands in `field.state.<state>`. */
export function itemMark(state: ItemState): ItemMark {
  return marks[state]
}

/** What would be lost if this phone were emptied now: without a receipt, or with photos still to go. */
export function unsentItems(status: SyncStatus): SyncItem[] {
  return status.items.filter((item) => {
    if (item.state === 'rejected') return false
    return item.receipt === null || item.receiptMismatch || item.photos.some((photo) => photo.state !== 'uploaded' && photo.state !== 'refused')
  })
}

export type PillWord = 'attention' | 'login' | 'upgrade' | 'waiting' | 'sending' | 'loading' | 'received' | 'offline' | 'ready'

/** The one word of the header. What needs a person comes first; being offline is no trouble and comes last. */
export function pillWord(status: SyncStatus): PillWord {
  if (status.attention > 0) return 'attention'
  if (status.trouble === 'loggedOut') return 'login'
  if (status.trouble === 'upgrade') return 'upgrade'
  const waiting = status.unsent + status.photosUnsent > 0
  if (waiting) return status.sending && status.trouble !== 'offline' ? 'sending' : 'waiting'
  if (status.trouble === 'offline') return 'offline'
  if (!status.firstSync.done) return 'loading'
  return status.allReceived && status.lastReceivedAt !== null ? 'received' : 'ready'
}
