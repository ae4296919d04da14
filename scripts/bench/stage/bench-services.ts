import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '#server/embedded/embedded-postgres.ts'
import { startRedis } from '#server/embedded/embedded-redis.ts'
import { makeSecret } from '#server/embedded/secret-file.ts'
import {
  cloneTemplate,
  createEmptyDatabase,
  testRoleSecret,
  type ClonedDatabase
} from '#server/testing/database-clone.ts'
import { makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startServerProcess, type ServerProcess } from '#server/testing/topology-process.ts'
import { addPeople } from './bench-people.ts'

/** A tenant of its own in a database of its own, with one ward, and a built server process before it. */
export interface BenchOffice {
  readonly database: ClonedDatabase
  readonly tenant: TestTenant
  readonly fixture: OfficeFixture
  readonly web: ServerProcess
  /** One more process on the same database and Redis. */
  startAnother(): Promise<ServerProcess>
}

export interface BenchServices {
  /** Removed at the end: browser profiles, logs. */
  readonly dir: string
  readonly redisUrl: string
  readonly log: (line: string) => void
  /** An office with so many people in its ward. */
  openOffice(people: number): Promise<BenchOffice>
  /** A database without our tables, for floors in the same cluster. */
  emptyDatabase(): Promise<ClonedDatabase>
  /** To be called at the end, last first. */
  onStop(stop: () => Promise<void>): void
  stop(): Promise<void>
}

/** A Postgres that waits for the disk (fsync on) and a Redis, both of this run alone. `stop` ends and removes everything. */
export async function startBenchServices(log: (line: string) => void): Promise<BenchServices> {
  const dir = makeTestFolder('bench')
  const stops: (() => Promise<void>)[] = [() => Promise.resolve(rmSync(dir, { recursive: true, force: true }))]
  async function stop(): Promise<void> {
    for (const end of stops.splice(0).reverse()) await end().catch((error: Error) => log(error.message))
  }
  try {
    const postgres = await startPostgres({ dataDir: dir, port: 0, purpose: 'office', log })
    stops.push(postgres.stop)
    const redis = await startRedis({ dataDir: dir, port: 0, purpose: 'test', log })
    stops.push(redis.stop)
    const { superuserUrl } = postgres
    return {
      dir,
      redisUrl: redis.url,
      log,
      openOffice: (people) => openOffice({ superuserUrl, redisUrl: redis.url, dir, people, stops }),
      emptyDatabase: () => createEmptyDatabase(superuserUrl),
      onStop: (end) => void stops.push(end),
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface OfficePlan {
  superuserUrl: string
  redisUrl: string
  dir: string
  people: number
  stops: (() => Promise<void>)[]
}

async function openOffice({ superuserUrl, redisUrl, dir, people, stops }: OfficePlan): Promise<BenchOffice> {
  const database = await cloneTemplate(superuserUrl)
  const tenant = await makeTestTenant(database)
  const fixture = await makeOffice(database, tenant)
  await addPeople(database.ownerUrl, { tenantId: tenant.tenantId, wardIds: [fixture.wardA], count: people })
  const environment = {
    NODE_ENV: 'production',
    SECRET_KEY: makeSecret(),
    ROLE_SECRET: testRoleSecret,
    DATABASE_URL: database.ownerUrl,
    REDIS_URL: redisUrl,
    DATA_DIR: join(dir, 'data'),
    LOG_LEVEL: 'info',
    RATE_LIMIT_SCALE: '1000',
    PORT: '0'
  }
  async function startAnother(): Promise<ServerProcess> {
    const name = `server-${stops.length}`
    const server = await startServerProcess({ name, dir, form: 'built', environment })
    stops.push(server.stop)
    return server
  }
  return { database, tenant, fixture, web: await startAnother(), startAnother }
}
