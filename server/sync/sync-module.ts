import { z } from 'zod'
import type { Module } from '../module.ts'
import type { Platform } from '../platform.ts'
import { acceptedKeys } from '../ports/derive-key.ts'
import { startJudgingHeld } from './held/judge-held.ts'
import { createLiveHub, type LiveHub } from './live/live-hub.ts'
import { heartbeatMs, liveRoute } from './live/live-route.ts'
import { createStreamPulse } from './live/stream-pulse.ts'
import { announcementChannel, type Announcement } from './announce-records.ts'
import { createExecutor, type CommandExecutor } from './push.ts'
import { createReceiptSigner } from './receipt-signer.ts'
import { createRegistry, type SyncPart } from './registry.ts'
import { compareRoutes } from './compare/compare-routes.ts'
import { startFeedPrune } from './feed/feed-prune.ts'
import { prepareFeed } from './feed/feed-restamp.ts'
import { syncRoutes } from './sync-routes.ts'

export interface SyncModule extends Module {
  executor: CommandExecutor
  hub: LiveHub
  /** For writers beside commands (imports, finished uploads): tells the open streams after their commit. */
  announce(change: Announcement): void
}

const announcementSchema = z.object({
  tenantId: z.string(),
  position: z.string(),
  scopes: z.array(z.string()),
  collections: z.array(z.enum(['cases', 'people', 'contacts', 'places', 'work', 'reference', 'issues']))
})

const streamEndSchema = z.object({
  tenantId: z.string(),
  userId: z.string().optional(),
  deviceId: z.string().optional(),
  reason: z.enum(['revoked', 'scope_changed'])
})

/** Whoever changes a person's rights or territory, or revokes a device, publishes here `{tenantId, userId?, deviceId?, reason}`. */
export const streamEndChannel = 'sync:end-streams'

/** The sync room put together: executor, doors, live hub, and the check of the feed's origin at start. */
export function createSyncModule(platform: Platform, parts: readonly SyncPart[]): SyncModule {
  const { database, clock, newId, pubSub, config } = platform
  const keepDays = config.BACKUP_MARK_DAYS
  const signer = createReceiptSigner(acceptedKeys(config))
  const registry = createRegistry(parts)
  const hub = createLiveHub({ horizon: async () => (await feedWindow(platform)).xmin })
  /** Through Redis it comes back to this process as well; without Redis only this process hears it. */
  const announce = (change: Announcement) => {
    void pubSub.publish(announcementChannel, change).then((sent) => {
      if (!sent) hub.receive(change)
    })
  }
  const executor = createExecutor({ database, registry, signer, clock, newId, keepDays, announce })
  const pulse = createStreamPulse(heartbeatMs, clock)
  platform.metrics.gauge('feed_horizon_lag_transactions', 'Transactions begun since the oldest that may still hide rows of the feed', async () => {
    const { xmin, xmax } = await feedWindow(platform)
    return Number(BigInt(xmax) - BigInt(xmin))
  })
  platform.metrics.gauge('open_streams', 'Live streams open in this process', () => hub.openStreams)
  return {
    name: 'sync',
    executor,
    hub,
    announce,
    routes: [...syncRoutes({ database, clock, keepDays, executor, signer }), ...compareRoutes(platform), liveRoute({ database, hub, pulse, clock })],
    start: {
      scheduler: async () => {
        const loops = [startFeedPrune(platform), startJudgingHeld(platform, executor, announcementChannel)]
        return async () => void (await Promise.all(loops.map((loop) => loop.stop())))
      },
      web: async () => {
        const leave = pubSub.subscribe(announcementChannel, (message) => {
          const parsed = announcementSchema.safeParse(message)
          if (parsed.success) hub.receive(parsed.data)
        })
        const leaveEnds = pubSub.subscribe(streamEndChannel, (message) => {
          const parsed = streamEndSchema.safeParse(message)
          if (parsed.success) hub.endStreams(parsed.data, parsed.data.reason)
        })
        platform.readiness.onDraining(() => hub.stop())
        void prepareFeed(platform)
        return async () => {
          leave()
          leaveEnds()
          pulse.stop()
          hub.stop()
        }
      }
    }
  }
}

async function feedWindow(platform: Platform): Promise<{ xmin: string; xmax: string }> {
  const { rows } = await platform.pools.app.query<{ xmin: string; xmax: string }>(
    'select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax from pg_current_snapshot() s'
  )
  return rows[0] ?? { xmin: '0', xmax: '0' }
}
