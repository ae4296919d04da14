import type { Clock } from '../../../ports/clock.ts'
import type { FileStore } from '../../../ports/file-store.ts'
import type { Database } from '../../../postgres/transaction.ts'

export interface ArchiveNeeds {
  /** May connect as the application to export; importing needs the owner, since only the owner makes offices. */
  readonly database: Database
  readonly fileStore: FileStore
  readonly clock: Clock
  /** Folder for parts until they are counted; the parts of one run lie in a folder of their own, which is removed. */
  readonly workFolder: string
}

export interface ArchiveProgress {
  /** Parts done, of how many; the number of parts is known once the tables are read. */
  (done: number, of: number | null): void
}
