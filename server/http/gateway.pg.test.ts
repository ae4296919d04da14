import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let officer: TestSession
beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  await makeTestTenant(database)
  server = await startTestServer({ database, redisUrl: redis.url, environment: { RATE_LIMIT_SCALE: '1' } })
  officer = await logInTo(server.url, 'officer')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

describe('limits', () => {
  test('every API route says its limit and what is left', async () => {
    for (const { method, path } of server.system.routes.filter((route) => route.path.startsWith('/api/') && route.method !== 'head' && !(route.method === 'delete' && route.path === '/api/v1/session'))) {
      const response = await officer.call(method.toUpperCase(), path.replace(/\{[^}]*\}/g, '').replace(/[:*]\w+/g, '019a0000-0000-7000-8000-000000000001'))
      await response.body?.cancel()
      expect(response.headers.get('ratelimit-policy'), path).toMatch(/^"[\w-]+";q=\d+;w=\d+$/)
      expect(response.headers.get('ratelimit'), path).toMatch(/^"[\w-]+";r=\d+;t=\d+$/)
    }
  })

  test('a stranger who asks too often is told when to come again; those who are logged in go on, also from the same address', async () => {
    let last: Response | null = null
    for (let burst = 0; burst < 40 && last?.status !== 429; burst += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${server.url}/api/v1/tenant`)))
      for (const answer of answers) await answer.body?.cancel()
      last = answers.find(({ status }) => status === 429) ?? answers[0] ?? null
    }
    expect(last?.status).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(last?.headers.get('ratelimit')).toMatch(/;r=0;/)
    expect((await officer.call('GET', '/api/v1/session')).status).toBe(200)
  })
})

describe('what comes from outside is not believed', () => {
  test('no other site may read: not a header of CORS, whoever asks', async () => {
    const ask = { headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' } }
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const response = await fetch(`${server.url}/api/v1/session`, { ...ask, method })
      await response.body?.cancel()
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
      expect(names, method).toEqual([])
    }
  })

  test('the id of a request is ours, or that of a trusted proxy where it is a plain one', async () => {
    const idOf = async (url: string, id: string) => (await fetch(`${url}/health`, { headers: { 'X-Request-Id': id } })).headers.get('x-request-id')
    expect(await idOf(server.url, 'proxy-id-00001')).not.toBe('proxy-id-00001')
    const behind = await startTestServer({ database, environment: { TRUST_PROXY: '1' } })
    expect(await idOf(behind.url, 'proxy-id-00001')).toBe('proxy-id-00001')
    for (const bad of ['short', 'a b c d e f g', '{"level":"fatal"}', 'x'.repeat(65)]) expect(await idOf(behind.url, bad)).not.toBe(bad)
    await behind.close()
  })
})

test('a reader who has the answer already gets none again', async () => {
  const first = await officer.call('GET', '/api/v1/reference')
  const tag = first.headers.get('etag') ?? ''
  expect(tag).not.toBe('')
  const again = await fetch(`${server.url}/api/v1/reference`, { headers: { Authorization: `Bearer ${officer.reply.accessToken}`, 'If-None-Match': tag } })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
})
