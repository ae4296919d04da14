import type { Platform } from '../../platform.ts'

/** What identity takes from the platform. */
export type IdentityNeeds = Pick<Platform, 'config' | 'clock' | 'newId' | 'database' | 'limiter' | 'pubSub' | 'log'> & {
  readonly pools: Pick<Platform['pools'], 'directory'>
}
