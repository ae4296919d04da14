import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PullReply } from '#shared/protocol/pull.ts'
import { startRedis, type EmbeddedRedis } from '#server/embedded/embedded-redis.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
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

test("when the office changes a person's wards, every stream of that person says so and ends, and those of others go on", async () => {
  const devices = [await logInTo(withRedis.url, 'officer'), await logInTo(withRedis.url, 'officer')]
  const heard = await Promise.all(devices.map(listen))
  const heardOther = await listen(await logInTo(withRedis.url, 'viewer'))
  const owner = await logInTo(withRedis.url, 'owner')
  expect((await owner.call('PATCH', `/api/v1/users/${tenant.users.officer}`, { wardIds: [office.wardA] })).status).toBe(200)
  const ended = { ended: true, text: expect.stringContaining('"reason":"scope_changed"') as unknown }
  await expect.poll(() => heard).toMatchObject([ended, ended])
  expect(heardOther.ended).toBe(false)
})

test('while Redis is stopped a phone at another process learns by asking; when it is back, by its old stream again', async () => {
  const dataDir = makeTestFolder('live')
  const settings = { dataDir, purpose: 'test', log: () => undefined } as const
  let own: EmbeddedRedis = await startRedis({ ...settings, port: 0 })
  const servers = await Promise.all([1, 2].map(() => startTestServer({ database, redisUrl: own.url })))
  const redisIs = (up: boolean) =>
    expect.poll(() => servers.flatMap(({ system: { platform } }) => [platform.redis.up, platform.pubSub.up]), { timeout: 10_000 }).toEqual([up, up, up, up])
  const [colleague, phone] = await Promise.all(servers.map(({ url }) => logInTo(url, 'field_worker')))
  const file = async () => {
    const command = filing(office)
    const sent = await colleague!.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands: [command], deviceTime: Date.now() })
    expect(sent.status).toBe(200)
    return (command.args as { grievanceId: string }).grievanceId
  }
  try {
    await redisIs(true)
    const heard = await listen(phone!)
    const pokes = () => heard.text.match(/event: poke/g)?.length ?? 0
    await file()
    await expect.poll(pokes).toBeGreaterThan(0)

    await own.stop()
    await redisIs(false)
    const before = pokes()
    const missed = await file()
    await expect.poll(async () => caseIds(phone!)).toContain(missed)
    expect(pokes()).toBe(before)

    own = await startRedis({ ...settings, port: own.port })
    await redisIs(true)
    await file()
    await expect.poll(pokes, { timeout: 10_000 }).toBe(before + 1)
    expect(heard.ended).toBe(false)
  } finally {
    await Promise.all(servers.map((one) => one.close()))
    await own.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}, 60_000)

async function caseIds(session: TestSession): Promise<string[]> {
  const pulls = [{ collection: 'cases', checkpoint: null }]
  const reply = (await (await session.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls })).json()) as PullReply
  return reply.pulls.flatMap(({ documents }) => documents.map(({ id }) => id))
}

test('a stream ends with its access token', async () => {
  const heard = await listen(await logInTo(server.url, 'field_worker'))
  ahead = 11 * 60_000
  await expect.poll(() => heard, { timeout: 4_000 }).toMatchObject({ ended: true, text: expect.stringContaining('"reason":"token_expired"') })
  ahead = 0
})
