import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { Platform } from '../../platform.ts'

/** What identity takes from the platform. */
export type IdentityNeeds = Pick<Platform, 'config' | 'clock' | 'newId' | 'database' | 'limiter' | 'oneTime' | 'pubSub' | 'log'> & {
  readonly pools: Pick<Platform['pools'], 'directory'>
  /** What the devices of an office seal their rescue files with. */
  rescueKeyOf(tenantId: string): RescueKey
}
