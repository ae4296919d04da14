import type { Component } from 'vue'
import { CircleAlert, CircleCheck, CircleX, GitMerge, Hourglass, LoaderCircle, Smartphone } from '@lucide/vue'
import type { ItemState, SyncItem } from '#client/sync/sync-status.ts'
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

export type NextStep = 'retry' | 'acknowledge' | 'choose'

/** The one thing a person can do about an item; null while everything goes by itself, or nothing helps. */
export function nextStep(item: SyncItem): NextStep | null {
  if (item.state === 'rejected') return item.acknowledged ? null : 'acknowledge'
  if (item.state !== 'attention') return null
  if (item.receiptMismatch) return 'retry'
  if (item.receipt === null) return item.damaged ? null : 'retry'
  return lostPhoto(item) ? 'acknowledge' : 'choose'
}

/** Of a photo that the office will never have, why: it refused it, or this phone cannot read it any more; null while there is none. */
export function lostPhoto({ photos }: SyncItem): 'refused' | 'damaged' | null {
  if (photos.some((photo) => photo.state === 'refused')) return 'refused'
  return photos.some((photo) => photo.state === 'damaged') ? 'damaged' : null
}
