import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { createRedisConnections, type RedisConnections } from './connections.ts'
import { createPubSub, type PubSub } from './publish.ts'
import { createRateLimiter } from './rate-limiter.ts'

const log = pino({ level: 'silent' })
const open: RedisConnections[] = []
let redis: TestRedis
let elsewhere: TestRedis

function connect(url: string): { connections: RedisConnections; pubSub: PubSub } {
  const connections = createRedisConnections(url, log)
  open.push(connections)
  return { connections, pubSub: createPubSub(connections) }
}

beforeAll(async () => {
  ;[redis, elsewhere] = await Promise.all([createTestRedis(), createTestRedis()])
})
afterAll(async () => {
  await Promise.all(open.map((connections) => connections.close()))
  await Promise.all([redis.drop(), elsewhere.drop()])
})

test('a message of one process reaches the handlers of another, by pattern, and no other installation', async () => {
  const [here, there, stranger] = [connect(redis.url), connect(redis.url), connect(elsewhere.url)]
  const heard: unknown[] = []
  const strange = vi.fn()
  const leave = there.pubSub.subscribe('poke:*', (message, channel) => heard.push([channel, message]))
  stranger.pubSub.subscribe('poke:*', strange)
  await expect.poll(() => [here.connections.up, there.pubSub.up, stranger.pubSub.up]).toEqual([true, true, true])
  await expect.poll(async () => ((await here.pubSub.publish('poke:a', { position: 7 })), heard[0])).toEqual(['poke:a', { position: 7 }])
  expect(await here.pubSub.publish('other', 1)).toBe(true)
  leave()
  await here.pubSub.publish('poke:a', 'after leaving')
  await here.connections.commands.ping()
  expect(heard.filter((entry) => JSON.stringify(entry).includes('after'))).toEqual([])
  expect(strange).not.toHaveBeenCalled()
})

test('while Redis is away a call fails softly and at once, and the state is told', async () => {
  const { connections, pubSub } = connect('redis://127.0.0.1:1')
  const states: boolean[] = []
  pubSub.onState((up) => states.push(up))
  expect(await pubSub.publish('poke:a', 1)).toBe(false)
  expect([connections.up, states]).toEqual([false, [false]])
})

test('a broken connection comes back by itself, subscriptions included, and both turns are told', async () => {
  const { connections, pubSub } = connect(redis.url)
  const heard: unknown[] = []
  const states: boolean[] = []
  pubSub.subscribe('again', (message) => heard.push(message))
  pubSub.onState((up) => states.push(up))
  await expect.poll(() => states.at(-1)).toBe(true)
  await expect.poll(() => connections.up).toBe(true)
  await connections.commands.client('KILL', 'TYPE', 'PUBSUB')
  await expect.poll(() => states).toEqual([false, true, false, true])
  await expect.poll(async () => ((await pubSub.publish('again', 'back')), heard[0])).toBe('back')
})

test('limits hold over two processes, and each process goes on counting while Redis is away', async () => {
  const limit = { name: 'test', points: 3, seconds: 60 }
  const [one, two] = [connect(redis.url), connect(redis.url)]
  await expect.poll(() => one.connections.up && two.connections.up).toBe(true)
  const [first, second] = [createRateLimiter(one.connections.commands), createRateLimiter(two.connections.commands)]
  const allowed = [await first.consume(limit, 'k'), await second.consume(limit, 'k'), await first.consume(limit, 'k'), await second.consume(limit, 'k')]
  expect(allowed.map((state) => state.allowed)).toEqual([true, true, true, false])
  expect((await first.peek(limit, 'k')).allowed).toBe(false)
  await first.forget(limit, 'k')
  expect((await second.peek(limit, 'k')).allowed).toBe(true)

  const alone = createRateLimiter(connect('redis://127.0.0.1:1').connections.commands)
  const states = [await alone.consume(limit, 'k'), await alone.consume(limit, 'k'), await alone.consume(limit, 'k'), await alone.consume(limit, 'k')]
  expect(states.map((state) => state.allowed)).toEqual([true, true, true, false])
  expect((await alone.peek(limit, 'k')).allowed).toBe(false)
  await alone.forget(limit, 'k')
  expect((await alone.peek(limit, 'k')).allowed).toBe(true)
})
