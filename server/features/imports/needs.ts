import type { Platform } from '../../platform.ts'
import type { Announcement } from '../../sync/announce-records.ts'
import type { TenantRecord } from '../../postgres/directory.ts'

export type ImportNeeds = Pick<Platform, 'database' | 'clock' | 'newId'> & {
  /** Tells the open streams, after a commit. */
  announce(change: Announcement): Promise<unknown>
}

export interface ImportOptions {
  readonly tenant: TenantRecord
  /** What a bad row does: `stop` keeps all others out as well, `skip` only itself. */
  readonly onError: 'stop' | 'skip'
  /** Everything but the writing. */
  readonly dryRun: boolean
}
