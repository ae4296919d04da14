import { startPostgres } from '#server/embedded/embedded-postgres.ts'
import { startRedis } from '#server/embedded/embedded-redis.ts'

/** A process to be killed by a test: starts Postgres and Redis on the folder given, prints their pids as JSON and stays. */
const [dataDir = ''] = process.argv.slice(2)
const options = { dataDir, port: 0, purpose: 'office', log: () => undefined } as const
const postgres = await startPostgres(options)
const redis = await startRedis(options)
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, redis: redis.pid })}\n`)
setInterval(() => undefined, 60_000)
