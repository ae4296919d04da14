import { join } from 'node:path'
import type { LogLine } from '#server/embedded/embedded-folders.ts'
import { startPostgres } from '#server/embedded/embedded-postgres.ts'
import { startRedis } from '#server/embedded/embedded-redis.ts'
import { openOfficeDatabase } from './office-database.ts'
import type { OfficeSettings } from './office-settings.ts'
import type { OfficeShutdown } from './office-shutdown.ts'

export interface OfficeServices {
  readonly ownerUrl: string
  readonly redisUrl: string
  /** True when the database was made by this start and waits for its seed. */
  readonly isNewDatabase: boolean
  /** Resolves with a sentence when one of our own ended although nobody stopped it. */
  readonly broken: Promise<string>
}

export interface OfficeRun {
  readonly root: string
  readonly settings: OfficeSettings
  readonly purpose: 'office' | 'test'
  /** One process by default; `production` is the shape of docker-compose.yml. */
  readonly shape?: 'production'
  readonly shutdown: OfficeShutdown
  readonly log: LogLine
}

type Opened<T> = T & { exited: Promise<string> }
const never = new Promise<string>(() => undefined)

async function openDatabase({ settings, purpose, shutdown, log }: OfficeRun): Promise<Opened<{ ownerUrl: string; isNew: boolean }>> {
  if (settings.databaseUrl) return { ownerUrl: settings.databaseUrl, isNew: false, exited: never }
  log('Starting Postgres')
  const postgres = await startPostgres({ dataDir: settings.dataDir, port: 0, purpose, log })
  shutdown.add('Postgres', postgres.stop)
  return { ...await openOfficeDatabase(postgres, settings.dataDir), exited: postgres.exited }
}

async function openRedis({ settings, purpose, shutdown, log }: OfficeRun): Promise<Opened<{ url: string }>> {
  if (settings.redisUrl) return { url: settings.redisUrl, exited: never }
  log('Starting Redis')
  const redis = await startRedis({ dataDir: settings.dataDir, port: 0, purpose, log, cacheDir: settings.cacheDir })
  shutdown.add('Redis', redis.stop)
  return { url: redis.url, exited: redis.exited }
}

/** Postgres, then Redis: the ones that were given, else our own. */
export async function startOfficeServices(run: OfficeRun): Promise<OfficeServices> {
  const database = await openDatabase(run)
  const redis = await openRedis(run)
  const broken = Promise.race([
    database.exited.then((reason) => `Postgres ${reason}; its log is ${join(run.settings.dataDir, 'postgres.log')}.`),
    redis.exited.then((reason) => `Redis ${reason}; its log is ${join(run.settings.dataDir, 'redis/redis.log')}.`),
  ])
  return { ownerUrl: database.ownerUrl, redisUrl: redis.url, isNewDatabase: database.isNew, broken }
}
