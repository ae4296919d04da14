import type { Module } from '../module.ts'
import type { Platform } from '../platform.ts'
import type { BackoffRule } from './backoff.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import type { OutboxHandler, SettledMessage } from './outbox-message.ts'
import { createQueues } from './queues.ts'
import { startReaper } from './reaper.ts'
import { startRelay } from './relay.ts'
import { startWorkers } from './worker.ts'

export type OutboxPlatform = Pick<Platform, 'database' | 'pools' | 'redis' | 'pubSub' | 'clock' | 'log' | 'metrics'>

export interface OutboxTiming {
  readonly relayMs: number
  readonly reaperMs: number
  readonly staleSeconds: number
  readonly backoff: BackoffRule
}

const usualTiming: OutboxTiming = {
  relayMs: 150,
  reaperMs: 10_000,
  staleSeconds: 60,
  backoff: { baseMs: 5_000, capMs: 900_000 }
}

const wakeChannel = 'outbox:wake'

export interface OutboxSystem {
  readonly start: NonNullable<Module['start']>
  /** After a commit that wrote messages: the relay looks at once. Losing it costs one poll interval. */
  wake(): void
}

/** Relay and reaper in the scheduler, workers in the worker. Several of each may run. */
export function createOutboxSystem(
  platform: OutboxPlatform,
  handler: OutboxHandler,
  timing: Partial<OutboxTiming> = {}
): OutboxSystem {
  const times = { ...usualTiming, ...timing }
  const settledCounter = platform.metrics.counter(
    'messages_settled_total',
    'Messages that came to an end, by channel, class and status',
    ['channel', 'class', 'status']
  )
  const onSettled = (message: SettledMessage) =>
    settledCounter.inc({ channel: message.channel, class: message.class, status: message.status })
  const common = { database: platform.database, handler, log: platform.log, onSettled }
  return {
    start: {
      scheduler: () => startScheduler(platform, times, common),
      worker: async () =>
        startWorkers(platform.redis, {
          ...common,
          breaker: createCircuitBreaker(platform.clock),
          backoff: times.backoff
        })
    },
    wake: () => void platform.pubSub.publish(wakeChannel, {})
  }
}

async function startScheduler(
  { pools, redis, pubSub, metrics }: OutboxPlatform,
  times: OutboxTiming,
  common: Pick<Parameters<typeof startReaper>[0], 'database' | 'handler' | 'log' | 'onSettled'>
): Promise<() => Promise<void>> {
  const queues = createQueues(redis)
  const relay = startRelay({
    pool: pools.relay,
    redis: redis.commands,
    queues,
    log: common.log,
    everyMs: times.relayMs,
    staleSeconds: times.staleSeconds
  })
  const reaper = startReaper({ ...common, pool: pools.relay, everyMs: times.reaperMs })
  const leave = pubSub.subscribe(wakeChannel, () => relay.wake())
  metrics.gauge('queue_depth', 'Messages waiting in Redis', () => queues.depth())
  metrics.gauge('outbox_unrelayed_age_seconds', 'Age of the oldest due message that is not in a queue yet', () =>
    oldestUnrelayed(pools.relay)
  )
  return async () => {
    leave()
    await Promise.all([relay.stop(), reaper.stop()])
    await queues.close()
  }
}

async function oldestUnrelayed(pool: OutboxPlatform['pools']['relay']): Promise<number> {
  const { rows } = await pool.query<{ age: number | null }>(
    `select extract(epoch from now() - min(not_before))::float8 as age from outbox where status = 'queued' and relayed_at is null and not_before <= now()`
  )
  return rows[0]?.age ?? 0
}
