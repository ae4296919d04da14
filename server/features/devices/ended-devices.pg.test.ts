import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deviceOrdersSchema, type EndingOrders } from '#shared/devices/device-orders.ts'
import type { Device } from '#shared/devices/device.ts'
import type { QueueDetail, QueueReceipt } from '#shared/rescue/quarantined-queue.ts'
import { filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { sealLikeAPhone } from '#server/testing/phones/rescue-fixture.ts'
import { queued } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let clock: TestClock
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let owner: TestSession

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  clock = createTestClock()
  server = await startTestServer({ database, redisUrl: redis.url, deps: { clock } })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(url(), 'field_worker')
  owner = await logInTo(url(), 'owner')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const url = () => `${server.url}/o/${tenant.slug}`
const rows = <Row>(sql: string, values: unknown[] = []) =>
  server.system.platform.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => (await tx.query(sql, values)).rows as Row[])

const withCookie = (path: string, { cookie }: TestSession) => fetch(`${url()}/api/v1/session/${path}`, { method: 'POST', headers: { Cookie: cookie } })
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

async function ordersOf(session: TestSession): Promise<EndingOrders> {
  const orders = deviceOrdersSchema.parse(await (await withCookie('orders', session)).json())
  if (orders.order === 'none') throw new Error('The device was told nothing.')
  return orders
}

/** A grievance as an offline phone holds it, sealed for the office. */
function sealedQueue(orders: EndingOrders, of: { deviceId?: string; authorId?: string } = {}): Buffer {
  const file = queued({ ...filing(office, {}), actor: tenant.users.field_worker })
  const content = { authorId: of.authorId ?? tenant.users.field_worker, items: [{ command: file, title: 'a broken pump' }], photos: [] }
  return sealLikeAPhone(orders.rescueKey, { tenantSlug: tenant.slug, deviceId: of.deviceId ?? worker.deviceId, content })
}

function surrender(token: string | null, file: Buffer): Promise<Response> {
  const headers = { Authorization: `Surrender ${token}`, 'Content-Type': 'application/octet-stream' }
  return fetch(`${url()}/api/v1/rescue-queues/surrendered`, { method: 'POST', headers, body: new Uint8Array(file) })
}

const asSeen = async (): Promise<Device | undefined> =>
  ((await (await owner.call('GET', '/api/v1/devices')).json()) as { devices: Device[] }).devices.find(({ id }) => id === worker.deviceId)
const revoke = () => owner.call('POST', `/api/v1/devices/${worker.deviceId}/revoke`)

describe('a revoked device', () => {
  test('is told so, surrenders what it has into quarantine, says that it is wiped, and the office accepts its work once', async () => {
    expect(await withCookie('orders', worker).then((response) => response.json())).toEqual({ order: 'none' })
    await revoke()
    expect(await codeOf(await withCookie('refresh', worker))).toEqual([403, 'access_ended'])
    const orders = await ordersOf(worker)
    expect(orders).toMatchObject({ order: 'surrender', whose: 'device', deviceId: worker.deviceId, userId: tenant.users.field_worker })
    const response = await surrender(orders.uploadToken, sealedQueue(orders))
    expect(response.status).toBe(201)
    const { id } = (await response.json()) as QueueReceipt
    expect(await asSeen()).toMatchObject({ status: 'revoked', surrendered: 1, wipedAt: null })
    const wiped = await withCookie('wiped', worker)
    expect([wiped.status, wiped.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect((await withCookie('wiped', worker)).status).toBe(204)
    expect(await asSeen()).toMatchObject({ status: 'revoked', surrendered: 1, wipedAt: expect.any(String), unsentCount: 0 })
    const judged = (await (await owner.call('POST', `/api/v1/rescue-queues/${id}/judge`, { decision: 'accept' })).json()) as QueueDetail
    expect([judged.queue.source, judged.items[0]?.state]).toEqual(['revoked', 'applied'])
    expect(await rows('select actor_id from grievance_event')).toEqual([{ actor_id: tenant.users.field_worker }])
    expect((await rows<{ action: string }>("select action from audit_entry where action like 'device.%' order by at, id")).map(({ action }) => action)).toEqual([
      'device.revoked', 'device.wiped'
    ])
  })

  test('has one token at a time, for one file of its own and an hour, and can read nothing with it', async () => {
    await revoke()
    const [first, orders] = [await ordersOf(worker), await ordersOf(worker)]
    const file = sealedQueue(orders)
    expect(await codeOf(await surrender(first.uploadToken, file))).toEqual([401, 'unauthenticated'])
    expect(await codeOf(await surrender(orders.uploadToken, sealedQueue(orders, { deviceId: makeId() })))).toEqual([422, 'unprocessable'])
    const authorized = { headers: { Authorization: `Bearer ${orders.uploadToken}` } }
    expect((await fetch(`${url()}/api/v1/rescue-queues`, authorized)).status).toBe(401)
    expect((await fetch(`${url()}/api/v1/session`, authorized)).status).toBe(401)
    const both = await Promise.all([surrender(orders.uploadToken, file), surrender(orders.uploadToken, file)])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401])
    const late = await ordersOf(worker)
    clock.advance(60 * 60_000 + 1)
    expect((await surrender(late.uploadToken, sealedQueue(late))).status).toBe(401)
    expect(await rows('select 1 from quarantined_queue')).toHaveLength(1)
  })

  test('whose answer was lost sends the same queue again, and it lies there once', async () => {
    await revoke()
    const before = await ordersOf(worker)
    const file = sealedQueue(before)
    await surrender(before.uploadToken, file)
    const after = await ordersOf(worker)
    expect((await surrender(after.uploadToken, file)).status).toBe(201)
    expect(await rows('select 1 from quarantined_queue')).toHaveLength(1)
    expect((await asSeen())?.surrendered).toBe(1)
  })
})

describe('a device reported stolen', () => {
  test('needs a reason, which stays on record, and is told to wipe itself without an upload', async () => {
    const path = `/api/v1/devices/${worker.deviceId}/stolen`
    expect((await owner.call('POST', path, { reason: ' ' })).status).toBe(400)
    expect((await worker.call('POST', path, { reason: 'taken' })).status).toBe(403)
    expect((await owner.call('POST', path, { reason: 'Taken from the bus' })).status).toBe(200)
    expect(await ordersOf(worker)).toMatchObject({ order: 'wipe', whose: 'device', uploadToken: null })
    await revoke()
    expect((await ordersOf(worker)).order).toBe('wipe')
    expect((await withCookie('wiped', worker)).status).toBe(204)
    expect(await asSeen()).toMatchObject({ status: 'stolen', surrendered: 0, wipedAt: expect.any(String) })
    const [entry] = await rows('select actor_id, subject_id, after from audit_entry where action = $1', ['device.stolen'])
    expect(entry).toEqual({ actor_id: tenant.users.owner, subject_id: worker.deviceId, after: { reason: 'Taken from the bus' } })
  })

  test('after it was revoked surrenders no more', async () => {
    await revoke()
    const { uploadToken } = await ordersOf(worker)
    await owner.call('POST', `/api/v1/devices/${worker.deviceId}/stolen`, { reason: 'Not lost, taken' })
    const orders = await ordersOf(worker)
    expect(orders.order).toBe('wipe')
    expect((await surrender(uploadToken, sealedQueue(orders))).status).toBe(401)
  })
})

describe('a person whose account was disabled', () => {
  test('has what was not sent surrendered, for that person only, and the device stays with the others', async () => {
    const shared = await logInTo(url(), 'officer', { id: worker.deviceId })
    await owner.call('PATCH', `/api/v1/users/${tenant.users.field_worker}`, { status: 'disabled' })
    expect(await codeOf(await withCookie('refresh', worker))).toEqual([403, 'access_ended'])
    const orders = await ordersOf(worker)
    expect(orders).toMatchObject({ order: 'surrender', whose: 'person', userId: tenant.users.field_worker })
    expect((await surrender(orders.uploadToken, sealedQueue(orders, { authorId: tenant.users.officer }))).status).toBe(422)
    const { id } = (await (await surrender(orders.uploadToken, sealedQueue(orders))).json()) as QueueReceipt
    expect((await withCookie('wiped', worker)).status).toBe(204)
    expect((await withCookie('refresh', shared)).status).toBe(200)
    expect(await rows('select user_id from device_key where device_id = $1', [worker.deviceId])).toEqual([{ user_id: tenant.users.officer }])
    await owner.call('POST', `/api/v1/rescue-queues/${id}/judge`, { decision: 'accept' })
    expect(await rows('select author_id, code from sync_issue')).toEqual([{ author_id: tenant.users.field_worker, code: 'not_allowed' }])
  })
})

test('nobody wipes what the office has not ended, and without a session of old there are no orders', async () => {
  expect(await codeOf(await withCookie('wiped', worker))).toEqual([409, 'conflict'])
  expect((await withCookie('orders', { ...worker, cookie: `refresh_${tenant.slug}=unknown` })).status).toBe(401)
  await revoke()
  const body = { login: 'field_worker', password: testPassword, device: { id: worker.deviceId } }
  const again = await fetch(`${url()}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  expect(await codeOf(again)).toEqual([403, 'access_ended'])
})
