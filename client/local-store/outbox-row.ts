import type { Command } from '#shared/protocol/command.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { DurableTo } from '#shared/protocol/position.ts'
import type { Receipt, StoredRecord } from '#shared/protocol/push.ts'
import type { RejectionCode } from '#shared/errors.ts'

/** pending: saved here. sent: may be at the server. settled: judged, not yet in the replica. applied: kept until durable. */
export type OutboxState = 'pending' | 'sent' | 'settled' | 'applied'

/**
 * Why a command is not sent again by itself: the server refuses to read it, its receipt does not fit what was sent, or what lies
 * on the disk cannot be read any more. `damaged` is found at each reading and never stored.
 */
export type OutboxTrouble = { kind: 'refused'; status: number } | { kind: 'receipt' } | { kind: 'damaged' }

export interface OutboxRow {
  /** Order of saving on this device, from 1; the only order there is, whatever the clock says. */
  seq: number
  id: string
  state: OutboxState
  command: Command
  /** What the person called it: a tracking number, a name. */
  title: string
  /** Record to open when the person taps the item. */
  subject: RecordRef | null
  /** Ids of records that later commands may build on: made or chiefly changed by this one. */
  writes: string[]
  /** Ids of all records touched. */
  touches: string[]
  /** Size of the command on the wire, without photos. */
  bytes: number
  trouble: OutboxTrouble | null
  verdict: 'applied' | 'merged' | 'rejected' | null
  code: RejectionCode | null
  fields: { path: string; message: string }[]
  receipt: Receipt | null
  /** The server's records until they are in the replica. */
  stored: StoredRecord[]
  issues: string[]
  /** While it has no verdict: records the server waits for before it judges. */
  waitsFor?: string[]
  /** Generation of the feed that the receipt belongs to. */
  generation: number
  /** A person has seen the refusal; only then it may go. */
  acknowledged: boolean
}

type Sealed = Uint8Array<ArrayBuffer>

/** What a person entered; the same from saving to the end. */
export type OutboxContent = Pick<OutboxRow, 'title' | 'subject' | 'writes' | 'touches'> & { command: Omit<Command, 'seq'> }

/** A row as it lies on the disk: what people entered and the server's records are sealed, the course of the item is not. */
export interface SealedRow extends Omit<OutboxRow, keyof OutboxContent | 'fields' | 'stored'> {
  /** An `OutboxContent`. */
  content: Sealed
  /** The row's `fields` and `stored`; null while they are empty. */
  fields: Sealed | null
  stored: Sealed | null
}

/**
 * waiting: its command is not accepted yet or nothing is sent. uploaded: all bytes sent, the server still checks them. refused: by
 * the server. damaged: what lies on the disk cannot be read; tried again at the next start. dismissed: one of these two, and a person has seen it.
 */
export type BlobState = 'waiting' | 'uploading' | 'uploaded' | 'refused' | 'damaged' | 'dismissed'

export interface BlobRow {
  photoId: string
  commandId: string
  /** The record whose `photos` will say when the server has checked it. */
  subject: RecordRef | null
  /** Of the photo itself, as the office checks it. */
  sha256: string
  size: number
  type: string
  state: BlobState
  /** Where the upload goes on after a kill; null before it was created. */
  uploadUrl: string | null
  /** Bytes the server has confirmed. */
  offset: number
}

/** A photo as it lies on the disk. */
export interface SealedBlobRow extends BlobRow {
  sealed: Blob
}

export function withoutBytes({ sealed: _sealed, ...row }: SealedBlobRow): BlobRow {
  return row
}

/** A photo to be saved with its command. `sha256` (hex) and `size` are of exactly these bytes. */
export interface NewBlob {
  photoId: string
  sha256: string
  blob: Blob
}

/** When the server last took something, and the marks of its replies; server clock. */
export interface ServerMarks {
  lastReceivedAt: number | null
  generation: number | null
  durableTo: DurableTo | null
}

export const noMarks: ServerMarks = { lastReceivedAt: null, generation: null, durableTo: null }
