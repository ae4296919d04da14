import type https from 'node:https'
import { startLoop } from '../../jobs/loop.ts'
import type { OutboxHandler } from '../../jobs/outbox-message.ts'
import { createOutboxSystem, type OutboxTiming } from '../../jobs/outbox-system.ts'
import { onlyOutside } from '../../ports/adapters/push-agent.ts'
import type { Module, Stop } from '../../module.ts'
import { forgetSecrets } from '../../one-time/one-time-secrets.ts'
import { deriveKey } from '../../ports/derive-key.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { SyncPart } from '../../sync/registry.ts'
import { forgetQuotas } from './address-quota.ts'
import { listenToGrievances } from './grievance-listener.ts'
import { messageRoutes } from './message-routes.ts'
import { acknowledgementsOf, type Acknowledgement } from './message-store.ts'
import { tellTimeline } from './message-timeline.ts'
import type { MessagingNeeds, MessagingPlatform } from './needs.ts'
import { preparePush } from './prepare-push.ts'
import { prepareReporterMessage } from './prepare-reporter-message.ts'
import { prepareSecretMessage } from './prepare-secret-message.ts'
import { pushSubscriptionRoutes } from './push-subscription-routes.ts'
import { createSenders, type Senders } from './senders.ts'

export interface MessagingModule extends Module {
  /** Listens to the events of commands; has no command and no record of its own. */
  sync: SyncPart
  /** What became of the acknowledgements of a grievance. `cancelled` with `daily_cap`: none will come, say so. */
  acknowledgementsOf(tx: Tx, grievanceId: string): Promise<Acknowledgement[]>
}

export interface MessagingOptions {
  readonly pushAgent?: https.Agent
  readonly timing?: Partial<OutboxTiming>
}

/** `needs.announce` is called after commits only, so it may be given before the sync room exists. */
export function createMessagingModule<C>(
  platform: MessagingPlatform,
  needs: MessagingNeeds<C>,
  options: MessagingOptions = {}
): MessagingModule {
  const { config, database, newId } = platform
  const senders = createSenders(config, platform.clock, options.pushAgent)
  const outbox = createOutboxSystem(platform, createHandler(platform, needs, senders), options.timing)
  const listener = {
    grievances: needs.grievances,
    newId,
    quotaKey: deriveKey(config.SECRET_KEY, 'daily quotas of addresses')
  }
  return {
    name: 'messaging',
    routes: [
      ...messageRoutes({ database, senders, grievances: needs.grievances, oneTime: platform.oneTime, clock: platform.clock, wake: outbox.wake }),
      ...pushSubscriptionRoutes({ database, newId, push: senders.push, onlyOutside: onlyOutside(config) })
    ],
    start: {
      ...outbox.start,
      scheduler: async () => both(await outbox.start.scheduler?.(), await startForgetting(platform))
    },
    sync: { commands: [], records: [], onEvents: (tx, events) => listenToGrievances(tx, events, listener) },
    acknowledgementsOf
  }
}

function createHandler<C>(platform: MessagingPlatform, needs: MessagingNeeds<C>, senders: Senders): OutboxHandler {
  const { config, database, newId, clock, metrics } = platform
  const results = metrics.counter('push_results_total', 'Answers of push services', ['result'])
  const forReporters = { senders, needs: needs as MessagingNeeds, publicUrl: config.PUBLIC_URL }
  const forSecrets = { senders, oneTime: platform.oneTime, publicUrl: config.PUBLIC_URL, clock }
  const forPush = {
    push: senders.push,
    needs: needs as MessagingNeeds,
    database,
    onResult: (result: string) => results.inc({ result })
  }
  return {
    prepare(tx, row) {
      if (row.recipientKind === 'one_time_secret') return prepareSecretMessage(tx, row, forSecrets)
      return row.channel === 'push' ? preparePush(tx, row, forPush) : prepareReporterMessage(tx, row, forReporters)
    },
    settled: (tx, message) => tellTimeline(tx, message, { needs, newId, now: () => clock.now() }),
    // A notice with the same tag replaces the one before.
    mayRepeat: (channel) => channel === 'push'
  }
}

const hourMs = 3_600_000

/** Counters of a day and secrets that have ended. */
async function startForgetting({ directory, database, clock, log }: MessagingPlatform): Promise<Stop> {
  const loop = startLoop('forgetting', { everyMs: hourMs, log }, async () => {
    for (const tenantId of await directory.activeTenantIds()) {
      await database.withTenant({ tenantId }, async (tx) => {
        await forgetQuotas(tx)
        await forgetSecrets(tx, clock.now())
      })
    }
    return false
  })
  return () => loop.stop()
}

function both(first: Stop | undefined, second: Stop): Stop {
  return async () => {
    await second()
    await first?.()
  }
}
