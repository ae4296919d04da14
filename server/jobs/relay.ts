import type { Redis } from 'ioredis'
import type { Log } from '../http/request-context.ts'
import type { Pool } from '../postgres/pool.ts'
import { startLoop, type Loop } from './loop.ts'
import type { OutboxQueues, RelayedMessage } from './queues.ts'

export interface RelayOptions {
  /** Pool of the relay role: sees the claim columns of every tenant, and nothing else. */
  readonly pool: Pool
  readonly redis: Redis
  readonly queues: OutboxQueues
  readonly log: Log
  readonly everyMs: number
  /** A relayed message that still waits after this time is relayed again: its job may be lost. */
  readonly staleSeconds: number
}

const batchSize = 500

/** Lost with the queues: when it is missing, Redis was flushed or is a new one. */
const epochKey = 'sampark:outbox-epoch'

const claimed = `o.tenant_id as "tenantId", o.id, o.turn, o.class, o.channel`

/**
 * Moves messages from the outbox into the queues. The claim is a short transaction of its own, so that no transaction
 * waits for Redis and holds the feed's horizon back. If Redis fails the claim is given back; if this process dies in
 * between, the message is relayed again when it is stale.
 */
export function startRelay(options: RelayOptions): Loop {
  let nextSweep = 0
  return startLoop('relay', options, async () => {
    if (options.redis.status !== 'ready') return false
    await restoreLostQueues(options)
    const moved = await move(options, await claimFresh(options.pool))
    if (process.hrtime()[0] < nextSweep) return moved === batchSize
    nextSweep = process.hrtime()[0] + 5
    const swept = await move(options, await claimStale(options.pool, options.staleSeconds))
    return moved === batchSize || swept === batchSize
  })
}

async function claimFresh(pool: Pool): Promise<RelayedMessage[]> {
  const { rows } = await pool.query<RelayedMessage>(
    `with due as (
       select tenant_id, id from outbox where status = 'queued' and relayed_at is null and not_before <= now()
       order by priority, not_before limit ${batchSize} for update skip locked
     )
     update outbox o set relayed_at = now() from due where o.tenant_id = due.tenant_id and o.id = due.id returning ${claimed}`
  )
  return rows
}

async function claimStale(pool: Pool, seconds: number): Promise<RelayedMessage[]> {
  const { rows } = await pool.query<RelayedMessage>(
    `with due as (
       select tenant_id, id from outbox where status = 'queued' and relayed_at < now() - $1 * interval '1 second'
       order by relayed_at limit ${batchSize} for update skip locked
     )
     update outbox o set relayed_at = now() from due where o.tenant_id = due.tenant_id and o.id = due.id returning ${claimed}`,
    [seconds]
  )
  return rows
}

async function move({ pool, queues }: RelayOptions, messages: readonly RelayedMessage[]): Promise<number> {
  if (messages.length === 0) return 0
  try {
    await queues.add(messages)
  } catch (error) {
    await pool.query(
      `update outbox o set relayed_at = null from unnest($1::uuid[], $2::uuid[]) as m(tenant_id, id)
       where o.tenant_id = m.tenant_id and o.id = m.id and o.status = 'queued'`,
      [messages.map((message) => message.tenantId), messages.map((message) => message.id)]
    )
    throw error
  }
  return messages.length
}

/** After Redis lost its data everything that waits is relayed anew; what was sent meanwhile no longer has that turn. */
async function restoreLostQueues({ pool, redis, log }: RelayOptions): Promise<void> {
  if ((await redis.exists(epochKey)) === 1) return
  const { rowCount } = await pool.query(
    `update outbox set relayed_at = null where status = 'queued' and relayed_at is not null`
  )
  await redis.set(epochKey, '1')
  if (rowCount) log.warn({ messages: rowCount }, 'queues were lost and are rebuilt')
}
