import type { CorrectionRequest, DataFound, EraseRequests } from '#shared/privacy/data-request.ts'
import type { ConsentEvent } from '#shared/privacy/consent.ts'
import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Announcement } from '../../sync/announce-records.ts'

type Rows = Record<string, unknown>[]

/** What a noun that keeps people's data can do with it, in the caller's transaction. */
export interface PrivacyOfNoun<Found> {
  /** Records whose contact has one of these keyed hashes, or that bear this number. */
  find(tx: Tx, by: { phoneHashes: readonly string[] } | { number: string }): Promise<Found[]>
  /** Everything kept of these records, by table. */
  copy(tx: Tx, ids: readonly string[]): Promise<Record<string, Rows>>
  /** Takes the person out of the records and leaves what is counted. Locks them first. */
  erase(tx: Tx, ids: readonly string[]): Promise<ErasedOfNoun>
}

export interface ErasedOfNoun {
  /** Records that were there. */
  readonly ids: readonly string[]
  readonly contacts: number
  /** Reports that belong to erased people, to be erased with them. */
  readonly also?: readonly string[]
  /** Phones and e-mail addresses, to find them where whole commands are kept. */
  readonly addresses: readonly string[]
}

export interface PrivacyNeeds extends Pick<Platform, 'database' | 'clock' | 'newId'> {
  readonly people: PrivacyOfNoun<DataFound['people'][number]>
  readonly reports: PrivacyOfNoun<DataFound['reports'][number]> & {
    reportsOf(tx: Tx, personIds: readonly string[]): Promise<string[]>
    waiting(tx: Tx): Promise<EraseRequests['requests']>
    waitingCorrections(tx: Tx): Promise<CorrectionRequest[]>
    /** Resolves to the report it was about; null when none waits. */
    settleCorrection(tx: Tx, id: string): Promise<string | null>
    /** Adds decisions to the book; the contact carries them from here on. */
    recordConsents(
      tx: Tx,
      decided: { contactId: string; language: string; now: number; events: readonly ConsentEvent[]; actorId: string | null; newId(): string }
    ): Promise<void>
  }
  /** Empties or removes kept commands and drafts that name one of these ids or addresses. */
  eraseTraces(tx: Tx, words: readonly string[]): Promise<number>
  /** Forgets the photos of these records; resolves to what removes their files, after the commit. */
  forgetPhotos(tx: Tx, subjectIds: readonly string[]): Promise<{ count: number; removeFiles(): Promise<void> }>
  announce(change: Announcement): void
}
