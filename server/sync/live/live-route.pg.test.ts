import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'

let database: TestDatabase
let server: TestServer
let redis: TestRedis
let withRedis: TestServer
let tenant: TestTenant
let office: OfficeFixture
let ahead = 0

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, deps: { clock: { now: () => Date.now() + ahead } } })
  redis = await createTestRedis()
  withRedis = await startTestServer({ database, redisUrl: redis.url })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
})

afterAll(async () => {
  await server?.close()
  await withRedis?.close()
  await redis?.drop()
  await database?.drop()
})

/** What a device hears on its stream, as the text that came so far. */
async function listen(session: TestSession) {
  const response = await session.call('GET', '/api/v1/sync/live')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const heard = { text: '', ended: false }
  void (async () => {
    const decoder = new TextDecoder()
    for await (const part of response.body!) heard.text += decoder.decode(part, { stream: true })
    heard.ended = true
  })()
  await expect.poll(() => heard.text).toContain('event: hello')
  return heard
}

test('while Redis is away a change still wakes the phones of the same process', async () => {
  const worker = await logInTo(server.url, 'field_worker')
  const heard = await listen(worker)
  await worker.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands: [filing(office)], deviceTime: Date.now() })
  await expect.poll(() => heard.text).toMatch(/event: poke\ndata: \{"collections":\["cases"/)
})

test("a revoked device's stream says so and ends, and that of another device of the same person goes on", async () => {
  const [lost, kept] = [await logInTo(withRedis.url, 'field_worker'), await logInTo(withRedis.url, 'field_worker')]
  const [heardLost, heardKept] = [await listen(lost), await listen(kept)]
  const owner = await logInTo(withRedis.url, 'owner')
  expect((await owner.call('POST', `/api/v1/devices/${lost.deviceId}/revoke`, {})).status).toBeLessThan(300)
  await expect.poll(() => heardLost).toMatchObject({ ended: true, text: expect.stringContaining('"reason":"revoked"') })
  expect(heardKept.ended).toBe(false)
})

test('a stream ends with its access token', async () => {
  const heard = await listen(await logInTo(server.url, 'field_worker'))
  ahead = 11 * 60_000
  await expect.poll(() => heard, { timeout: 4_000 }).toMatchObject({ ended: true, text: expect.stringContaining('"reason":"token_expired"') })
  ahead = 0
})
