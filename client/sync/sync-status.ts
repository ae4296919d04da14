import type { FieldError, RejectionCode } from '#shared/errors.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { Receipt } from '#shared/protocol/push.ts'
import type { BlobRow, OutboxRow } from '#client/local-store/outbox-row.ts'
import type { OutboxState } from '#client/local-store/sealed-outbox/outbox-book.ts'
import { isDamaged } from '#client/local-store/sealed-outbox/damaged-row.ts'
import type { HeldByLine } from './line/line-policy.ts'
import type { FirstSync, SyncProgress } from './pull/sync-progress.ts'

/**
 * saved: only on this phone. sending: on its way, or its photos are. received: the server has it and its photos.
 * waiting: the server keeps it until another record has arrived. merged: received and joined with another person's change. attention: a person must look. rejected: the server refused.
 */
export type ItemState = 'saved' | 'sending' | 'waiting' | 'received' | 'merged' | 'attention' | 'rejected'

export interface PhotoItem {
  photoId: string
  bytes: number
  /** Bytes the server has confirmed. */
  sentBytes: number
  state: BlobRow['state']
}

export interface SyncItem {
  id: string
  seq: number
  /** Command name, e.g. `grievance.file`. */
  name: string
  title: string
  subject: RecordRef | null
  state: ItemState
  /** Device clock, ms. */
  savedAt: number
  /** Command and photos. */
  bytes: number
  receipt: Receipt | null
  code: RejectionCode | null
  fields: readonly FieldError[]
  /** Ids of the records it waits for. */
  waitsFor: readonly string[]
  /** Ids of `sync_issue` records about it. */
  issues: readonly string[]
  /** The proof of the server did not fit what was saved: kept, not counted as received. */
  receiptMismatch: boolean
  /** What lies on the disk cannot be read any more: its name, title and time are not known. */
  damaged: boolean
  acknowledged: boolean
  photos: readonly PhotoItem[]
}

export interface SyncStatus {
  /** In order of saving. Received ones stay until the server's data is durable. */
  items: readonly SyncItem[]
  /** Commands without a verdict. */
  unsent: number
  /** Bytes of commands and photos still to be sent. */
  unsentBytes: number
  photosUnsent: number
  /** Items a person should look at. */
  attention: number
  /** Device clock, ms. */
  oldestUnsentAt: number | null
  /** Server clock, ms; null until the server has taken something from this device. */
  lastReceivedAt: number | null
  /** Server clock, ms, of the last page read; null before. */
  lastPulledAt: number | null
  /** Nothing waits, and the server has answered: only then may a screen say that all is received. */
  allReceived: boolean
  sending: boolean
  pulling: boolean
  live: boolean
  firstSync: FirstSync
  /** The same per collection, for those that have begun. */
  progress: SyncProgress
  /** What waits for another line than mobile data, because the person wants it so. */
  held: HeldByLine
  /** none: fine. loggedOut: someone must log in to go on sending. upgrade: this version may not pull any more. */
  trouble: 'none' | 'offline' | 'loggedOut' | 'upgrade' | 'server'
}

/** What the loops say beside the outbox. */
export interface SyncSigns {
  lastPulledAt: number | null
  sending: boolean
  pulling: boolean
  live: boolean
  firstSync: FirstSync
  /** The same per collection, for those that have begun. */
  progress: SyncProgress
  held: HeldByLine
  trouble: SyncStatus['trouble']
}

/** What a person is told, derived from what is really stored; nothing counts as received without a receipt that fits. */
export function syncStatusOf(
  stored: OutboxState,
  signs: SyncSigns,
  itemFor: typeof itemOf
): SyncStatus {
  const photos = new Map<string, BlobRow[]>()
  for (const blob of stored.blobs) photos.set(blob.commandId, [...(photos.get(blob.commandId) ?? []), blob])
  const items = stored.rows.map((row) => itemFor(row, photos.get(row.id) ?? none))
  const unsent = stored.rows.filter((row) => row.verdict === null || isAgain(row))
  const openPhotos = items
    .filter((item) => item.state !== 'rejected')
    .flatMap((item) => item.photos)
    .filter((photo) => photo.state !== 'uploaded' && photo.state !== 'dismissed')
  const photoBytes = openPhotos.reduce((sum, photo) => sum + photo.bytes - photo.sentBytes, 0)
  const attention = items.filter(
    (item) => item.state === 'attention' || (item.state === 'rejected' && !item.acknowledged)
  ).length
  return {
    items,
    unsent: unsent.length,
    unsentBytes: unsent.reduce((sum, row) => sum + row.bytes, 0) + photoBytes,
    photosUnsent: openPhotos.length,
    attention,
    oldestUnsentAt: unsent.find((row) => !isDamaged(row))?.command.at ?? null,
    lastReceivedAt: stored.marks.lastReceivedAt,
    allReceived:
      unsent.length === 0 &&
      openPhotos.length === 0 &&
      attention === 0 &&
      (stored.marks.lastReceivedAt ?? signs.lastPulledAt) !== null,
    ...signs
  }
}

const none: readonly BlobRow[] = []

/** Makes the item of a row, and gives the same again while row and photos are the same objects. */
export function rememberedItems(): typeof itemOf {
  const known = new WeakMap<OutboxRow, { blobs: readonly BlobRow[]; item: SyncItem }>()
  return (row, blobs) => {
    const last = known.get(row)
    if (last && last.blobs.length === blobs.length && last.blobs.every((blob, at) => blob === blobs[at])) return last.item
    const item = itemOf(row, blobs)
    known.set(row, { blobs, item })
    return item
  }
}

function itemOf(row: OutboxRow, blobs: readonly BlobRow[]): SyncItem {
  const { command } = row
  return {
    id: row.id,
    seq: row.seq,
    name: command.name,
    title: row.title,
    subject: row.subject,
    state: stateOf(row, blobs),
    savedAt: command.at,
    bytes: row.bytes + blobs.reduce((sum, blob) => sum + blob.size, 0),
    receipt: row.receipt,
    code: row.code,
    fields: row.fields,
    waitsFor: row.waitsFor ?? [],
    issues: row.issues,
    receiptMismatch: row.trouble?.kind === 'receipt',
    damaged: isDamaged(row),
    acknowledged: row.acknowledged,
    photos: blobs.map((blob) => ({
      photoId: blob.photoId,
      bytes: blob.size,
      sentBytes: blob.offset,
      state: blob.state
    }))
  }
}

/** Sent again after the server was restored to an older state. */
const isAgain = (row: OutboxRow): boolean => row.state === 'pending' || row.state === 'sent'

function stateOf(row: OutboxRow, blobs: readonly BlobRow[]): ItemState {
  if (row.trouble) return 'attention'
  if (isAgain(row) && row.waitsFor?.length) return 'waiting'
  if (isAgain(row)) return row.state === 'sent' ? 'sending' : 'saved'
  if (row.verdict === 'rejected') return 'rejected'
  if (blobs.some((blob) => blob.state === 'refused' || blob.state === 'damaged')) return 'attention'
  if (blobs.some((blob) => blob.state !== 'uploaded' && blob.state !== 'dismissed')) return 'sending'
  if (row.issues.length > 0 && !row.acknowledged) return 'attention'
  return row.verdict === 'merged' ? 'merged' : 'received'
}
