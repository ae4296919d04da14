import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { createMetrics } from './http/observability/metrics.ts'
import { createReadiness, type PartState, type Readiness } from './http/observability/readiness.ts'
import type { Platform } from './platform.ts'
import { createOneTimeSecrets } from './one-time/one-time-secrets.ts'
import type { Clock } from './ports/clock.ts'
import { createKeyRing } from './ports/key-ring.ts'
import { acceptedKeys } from './ports/derive-key.ts'
import { newId } from './ports/new-id.ts'
import { createDirectory } from './postgres/directory.ts'
import { isMigrated } from './postgres/migrate.ts'
import { createPool, type Pool } from './postgres/pool.ts'
import { createDatabase } from './postgres/transaction.ts'
import { createRedisConnections, type RedisConnections } from './redis/connections.ts'
import { createPubSub } from './redis/publish.ts'
import { createRateLimiter } from './redis/rate-limiter.ts'

/** Opens the pools and connections. They connect when first used, so a missing database is told by /readiness. */
export function openPlatform(config: Config, deps: { log: Logger; clock: Clock }): Platform & { close(): Promise<void> } {
  const { log, clock } = deps
  const metrics = createMetrics()
  const readiness = createReadiness()
  const open = (name: string, url: string, max: number): Pool => {
    const pool = createPool({
      url,
      name,
      max,
      onQueryWithoutTenant: () => metrics.queriesWithoutTenant.inc(),
      onError: (error) => log.warn({ pool: name, error: (error as { code?: string }).code ?? error.name }, 'database connection lost')
    })
    metrics.watchPool(name, pool)
    return pool
  }
  const pools = {
    app: open('app', config.APP_DATABASE_URL, 12),
    relay: open('relay', config.RELAY_DATABASE_URL, 4),
    directory: open('directory', config.DIRECTORY_DATABASE_URL, 4)
  }
  const keys = createKeyRing(config)
  const redis = createRedisConnections(config.REDIS_URL, log)
  registerChecks(readiness, pools.app, redis)
  return {
    config,
    clock,
    log,
    newId: () => newId(clock),
    keys,
    database: createDatabase(pools.app, keys),
    directory: createDirectory(pools.directory),
    pools,
    redis,
    pubSub: createPubSub(redis),
    limiter: createRateLimiter(redis.commands),
    oneTime: createOneTimeSecrets(acceptedKeys(config)),
    metrics,
    readiness,
    async close() {
      await redis.close()
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    }
  }
}

function registerChecks(readiness: Readiness, pool: Pool, redis: RedisConnections): void {
  let migrated = false
  readiness.register('database', async (): Promise<PartState> => {
    await pool.query('select 1')
    return 'ready'
  })
  readiness.register('migrations', async (): Promise<PartState> => {
    migrated ||= await isMigrated((sql) => pool.query<{ name: string }>(sql))
    return migrated ? 'ready' : 'down'
  })
  readiness.register('redis', () => (redis.up ? 'ready' : 'degraded'), 'degraded')
}
