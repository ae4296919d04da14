import { startLoop } from '../../jobs/loop.ts'
import type { Module } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import { acceptedKeys } from '../../ports/derive-key.ts'
import type { IdempotencyStore } from './idempotency.ts'
import { createIdempotencyStore, forgetOldReplies } from './idempotency-store.ts'

const everyMs = 3_600_000

export interface IdempotencyModule extends Module {
  readonly store: IdempotencyStore
}

/** Keeps answers for a day; the scheduler forgets them. */
export function createIdempotencyModule(platform: Pick<Platform, 'config' | 'database' | 'directory' | 'clock' | 'log'>): IdempotencyModule {
  const { config, database, directory, clock, log } = platform
  return {
    name: 'idempotency',
    store: createIdempotencyStore({ database, clock, secretKeys: acceptedKeys(config) }),
    start: {
      scheduler: async () => {
        const loop = startLoop('idempotency-forget', { everyMs, log }, async () => {
          for (const tenantId of await directory.activeTenantIds()) await forgetOldReplies(database, tenantId, clock.now())
          return false
        })
        return () => loop.stop()
      }
    }
  }
}
