import type { Platform } from '../../platform.ts'
import type { TenantRecord } from '../../postgres/directory.ts'

export type ImportNeeds = Pick<Platform, 'database' | 'clock' | 'newId'>

export interface ImportOptions {
  readonly tenant: TenantRecord
  /** What a bad row does: `stop` keeps all others out as well, `skip` only itself. */
  readonly onError: 'stop' | 'skip'
  /** Everything but the writing. */
  readonly dryRun: boolean
}
