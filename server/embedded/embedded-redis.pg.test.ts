import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withRedisClient } from '#server/testing/test-redis.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startRedis, type EmbeddedRedis, type RedisOptions } from './embedded-redis.ts'

const running: EmbeddedRedis[] = []
let dataDir = ''

async function start(changes: Partial<RedisOptions> = {}): Promise<EmbeddedRedis> {
  const started = await startRedis({ dataDir, port: 0, purpose: 'office', log: () => undefined, ...changes })
  running.push(started)
  return started
}

beforeEach(() => {
  dataDir = makeTestFolder('redis')
})
afterEach(async () => {
  for (const redis of running.splice(0)) await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('an embedded Redis for an office', () => {
  test('keeps its keys over a stop and a start', async () => {
    const first = await start()
    await withRedisClient(first.url, (client) => client.set('queue', 'five jobs'))
    await first.stop()
    const second = await start()
    expect(await withRedisClient(second.url, (client) => client.get('queue'))).toBe('five jobs')
  })

  test('keeps its keys when it is killed', async () => {
    const first = await start()
    await withRedisClient(first.url, (client) => client.set('queue', 'five jobs'))
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    const second = await start()
    expect(await withRedisClient(second.url, (client) => client.get('queue'))).toBe('five jobs')
  })

  test('lets nobody in without its password', async () => {
    const { port } = await start()
    await expect(withRedisClient(`redis://127.0.0.1:${port}`, (client) => client.get('queue'))).rejects.toThrow(/NOAUTH/)
  })

  test('never throws a job away to make room', async () => {
    const { url } = await start()
    expect(await withRedisClient(url, (client) => client.config('GET', 'maxmemory-policy'))).toEqual(['maxmemory-policy', 'noeviction'])
  })

  test('says plainly that a port is taken', async () => {
    const { port } = await start()
    const elsewhere = makeTestFolder('redis')
    await expect(start({ dataDir: elsewhere, port })).rejects.toThrow(`Port ${port} is taken by another program, so Redis cannot use it.`)
    rmSync(elsewhere, { recursive: true })
  })

  test('refuses a second start on the same folder while the first runs', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/already running on this data folder/)
    expect(await withRedisClient(first.url, (client) => client.ping())).toBe('PONG')
  })
})

test('an embedded Redis for tests keeps nothing', async () => {
  const first = await start({ purpose: 'test' })
  await withRedisClient(first.url, (client) => client.set('key', 'value'))
  await first.stop()
  const second = await start({ purpose: 'test' })
  expect(await withRedisClient(second.url, (client) => client.get('key'))).toBeNull()
})
