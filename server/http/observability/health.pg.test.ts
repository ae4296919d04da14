import { networkInterfaces } from 'node:os'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { anyone } from '../access.ts'
import { defineRawRoute } from '../define-route.ts'

let database: TestDatabase
let redis: TestRedis
let office: TestTenant

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
})
afterAll(async () => {
  await Promise.all([database.drop(), redis.drop()])
})

async function withServer(options: Partial<Parameters<typeof startTestServer>[0]>, work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startTestServer({ database, redisUrl: redis.url, ...options })
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

interface Report {
  ready: boolean
  parts: Record<string, string>
}
const readiness = async (server: TestServer) => {
  const response = await fetch(`${server.url}/readiness`)
  return { status: response.status, ...((await response.json()) as Report) }
}

/** A token that is good by itself, taken from a server whose database is there. */
async function tokenFrom(tenant: TestTenant): Promise<string> {
  let token = ''
  await withServer({}, async (server) => {
    token = (await logInTo(`${server.url}/o/${tenant.slug}`, 'officer')).reply.accessToken
  })
  return token
}

/** An address of this machine that is not loopback; null where there is none. */
const outside = Object.values(networkInterfaces()).flat().find((face) => face && !face.internal && face.family === 'IPv4')?.address ?? null

describe('health and readiness', () => {
  test('all parts are ready, and no version or address is told', () =>
    withServer({}, async (server) => {
      const expected = { status: 200, ready: true, parts: { database: 'ready', migrations: 'ready', redis: 'ready' } }
      await expect.poll(() => readiness(server)).toMatchObject(expected)
      expect(JSON.stringify(await readiness(server))).not.toMatch(/\d+\.\d+|localhost|postgres/)
      expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'alive' })
    }))

  test('without Redis it goes on and says so', () =>
    withServer({ redisUrl: 'redis://127.0.0.1:1' }, async (server) => {
      await expect.poll(() => readiness(server)).toMatchObject({ status: 200, ready: true, parts: { redis: 'degraded' } })
      expect((await logInTo(server.url, 'officer')).reply.user.role).toBe('officer')
    }))

  test('a database that is away is named, the process stays alive', () => {
    const environment = { APP_DATABASE_URL: 'postgres://sampark_app@127.0.0.1:1/gone' }
    return withServer({ environment }, async (server) => {
      expect(await readiness(server)).toMatchObject({ status: 503, ready: false, parts: { database: 'down', migrations: 'down' } })
      expect((await fetch(`${server.url}/health`)).status).toBe(200)
      const call = await fetch(`${server.url}/api/v1/session`, { headers: { Authorization: `Bearer ${await tokenFrom(office)}` } })
      expect([call.status, ((await call.json()) as { code: string }).code]).toEqual([503, 'unavailable'])
    })
  })

  test('a process without the web role answers for its health and nothing else', () =>
    withServer({ roles: ['worker', 'scheduler'] }, async (server) => {
      expect((await fetch(`${server.url}/health`)).status).toBe(200)
      await expect.poll(async () => (await readiness(server)).parts['database']).toBe('ready')
      expect((await fetch(`${server.url}/api/v1/tenant`)).status).toBe(404)
    }))
})

describe('metrics', () => {
  test('are open on loopback, count by route pattern and name no office', () =>
    withServer({}, async (server) => {
      await (await logInTo(server.url, 'officer')).call('GET', `/api/v1/users?secret=1`)
      const text = await (await fetch(`${server.url}/metrics`)).text()
      expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/users",status="200"\} 1/)
      expect(text).toMatch(/postgres_pool_connections\{pool="app",state="open"\} [1-9]/)
      expect(text).toContain('queries_without_tenant_total 0')
      for (const name of [office.slug, office.name, office.tenantId, 'secret']) expect(text).not.toContain(name)
    }))

  test('count a query that ran without a tenant and saw nothing', () =>
    withServer({}, async (server) => {
      const { rowCount } = await server.system.platform.pools.app.query('select id from user_account')
      expect(rowCount).toBe(0)
      expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('queries_without_tenant_total 1')
    }))

  test('a request that came through a proxy is not from loopback', () =>
    withServer({}, async (server) => {
      expect((await fetch(`${server.url}/metrics`, { headers: { 'X-Forwarded-For': '127.0.0.1' } })).status).toBe(404)
    }))

  test.skipIf(outside === null)('from other machines only with the token (skipped where the machine has no outside address)', () => {
    const environment = { HOST: '0.0.0.0', PUBLIC_URL: 'https://seva.example', METRICS_TOKEN: 'a-token-for-the-metrics' }
    return withServer({ environment }, async (server) => {
      const url = server.url.replace('127.0.0.1', outside ?? '')
      const ask = async (token?: string) => (await fetch(`${url}/metrics`, { headers: token ? { Authorization: `Bearer ${token}` } : {} })).status
      expect([await ask(), await ask('wrong'), await ask('a-token-for-the-metric')]).toEqual([404, 404, 404])
      const good = await fetch(`${url}/metrics`, { headers: { Authorization: 'Bearer a-token-for-the-metrics' } })
      expect(good.status).toBe(200)
    })
  })
})

test('the log names route, office and request, and nothing of people', async () => {
  const lines: string[] = []
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) })
  await withServer({ deps: { log: pino({ level: 'debug' }, sink) } }, async (server) => {
    const session = await logInTo(server.url, 'officer')
    await session.call('GET', '/api/v1/session?phone=9876543210')
    await fetch(`${server.url}/track/SAM-7K2Q9-D1F4M-C`)
  })
  const text = lines.join('')
  const entry = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line['method'] === 'GET' && line['status'] === '200')
  expect(entry).toMatchObject({ route: '/api/v1/session', tenant: office.tenantId, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  for (const private_ of ['9876543210', 'SAM-7K2Q9', testPassword, 'A officer', '127.0.0.1', 'Bearer']) expect(text).not.toContain(private_)
})

describe('draining', () => {
  test('a running request finishes, new ones find no door, streams are told, readiness is off', async () => {
    let letGo = (): void => undefined
    let arrived = (): void => undefined
    const inside = new Promise<void>((resolve) => (arrived = resolve))
    const slow = defineRawRoute({
      method: 'get', path: '/api/v1/slow', summary: 'Waits.', tag: 'sample', access: anyone, contentType: 'text/plain',
      async handle(_request, response) {
        arrived()
        await new Promise<void>((resolve) => (letGo = resolve))
        response.send('finished')
      }
    })
    const server = await startTestServer({ database, redisUrl: redis.url, deps: { extraRoutes: [slow] } })
    let streamsTold = false
    server.system.platform.readiness.onDraining(() => (streamsTold = true))
    const running = fetch(`${server.url}/api/v1/slow`)
    await inside
    const stopped = server.close()
    expect(streamsTold).toBe(true)
    expect(await server.system.platform.readiness.report()).toMatchObject({ ready: false, parts: { draining: 'down' } })
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    letGo()
    expect(await (await running).text()).toBe('finished')
    await stopped
    await expect(server.system.platform.pools.app.query('select 1')).rejects.toThrow()
  })
})
