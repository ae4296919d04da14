import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'

export interface ReporterAddress {
  id: string
  grievanceId: string
  /** E.164. */
  phone: string | null
  email: string | null
  language: string
  /** `purpose:channel` of what stands given; null: never asked. */
  consents: string[] | null
}

export interface GrievanceFacts {
  id: string
  number: string
  source: string
  category: string
  categoryNames: Record<string, string>
}

export interface TimelineEntry {
  id: string
  grievanceId: string
  event: 'message.sent' | 'message.failed' | 'message.unknown'
  channel: string
  topic: string
  error: string | null
  visibility: 'public' | 'staff'
  at: string
}

/** What messages need to know of grievances, read and written in the caller's transaction. `C`: a change to announce. */
export interface GrievancesForMessages<C = unknown> {
  reportersOf(tx: Tx, grievanceIds: readonly string[]): Promise<ReporterAddress[]>
  reporterContacts(tx: Tx, ids: readonly string[]): Promise<ReporterAddress[]>
  messageFacts(tx: Tx, grievanceIds: readonly string[]): Promise<GrievanceFacts[]>
  officeWords(tx: Tx, step: { grievanceId: string; commandId: string }): Promise<string | null>
  recordMessage(tx: Tx, entry: TimelineEntry): Promise<C | null>
}

export interface MessagingNeeds<C = unknown> {
  grievances: GrievancesForMessages<C>
  /** After the commit: tells the open streams of the change. */
  announce(change: C): void
  /** Path of the portal's tracking page below the office's address. */
  trackingPath(number: string): string
}

export type MessagingPlatform = Pick<
  Platform,
  'config' | 'database' | 'directory' | 'pools' | 'redis' | 'pubSub' | 'clock' | 'log' | 'metrics' | 'newId' | 'oneTime'
>
