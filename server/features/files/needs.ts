import type { Actor } from '#shared/identity/actor.ts'
import type { Platform } from '../../platform.ts'
import type { FileStore } from '../../ports/file-store.ts'
import type { VirusScanner } from '../../ports/virus-scanner.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Announcement } from '../../sync/announce-records.ts'

/** The record a photo belongs to. */
export interface PhotoSubject {
  readonly type: string
  readonly id: string
}

export type FilesNeeds = Pick<Platform, 'config' | 'clock' | 'newId' | 'database' | 'directory' | 'log'> & {
  readonly fileStore: FileStore
  /** Null where the installation has none. */
  readonly scanner: VirusScanner | null
  /** Writes the state into the subject's own list of photos. A state that stands there already changes nothing. */
  photoSettled(tx: Tx, settled: { subject: PhotoSubject; photoId: string; state: 'ready' | 'refused' }): Promise<void>
  /** Whether the actor may see the subject, by the rows as they stand in this transaction. */
  maySee(tx: Tx, actor: Actor, subject: PhotoSubject): Promise<boolean>
  /** Tells the open streams, after the commit. */
  announce(change: Announcement): void
}
