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

export type NextStep = 'retry' | 'acknowledge' | 'choose' | 'open'

/** The one thing a person can do about an item; null while everything goes by itself, or nothing helps. */
export function nextStep(item: SyncItem): NextStep | null {
  if (item.state === 'rejected') return item.acknowledged ? null : 'acknowledge'
  if (item.state !== 'attention') return null
  if (item.receiptMismatch) return 'retry'
  if (item.receipt === null) return item.damaged ? null : 'retry'
  return item.photos.some((photo) => photo.state === 'refused') ? 'open' : 'choose'
}
