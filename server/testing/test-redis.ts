import { Redis } from 'ioredis'
import { inject } from 'vitest'
import './global-setup.ts'

export interface TestRedis {
  /** URL with a database number that no other caller of this run has. Pub/sub channels are not divided by it. */
  readonly url: string
  /** Empties that database. */
  drop(): Promise<void>
}

/** One per test file, in beforeAll: an empty Redis database in the server of this run. */
export async function createTestRedis(): Promise<TestRedis> {
  const server = new Redis(inject('redisUrl'))
  const number = await server.incr('sampark:test:databases')
  server.disconnect()
  const url = `${inject('redisUrl')}/${number}`
  async function drop(): Promise<void> {
    const client = new Redis(url)
    await client.flushdb()
    client.disconnect()
  }
  return { url, drop }
}

/** Runs `work` with a client that gives up instead of connecting again, and closes it. */
export async function withRedisClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { retryStrategy: () => null })
  client.on('error', () => undefined)
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}
