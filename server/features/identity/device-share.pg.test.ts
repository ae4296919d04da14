import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SessionReply } from '#shared/identity/session.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

import { releaseShare } from './device-share.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let office: TestTenant
let other: TestTenant
let url: string

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  server = await startTestServer({ database, redisUrl: redis.url })
  url = `${server.url}/o/${office.slug}`
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

const deviceIds = { phone: '019a0000-0000-7000-8000-00000000000a', tablet: '019a0000-0000-7000-8000-00000000000b' }

/** Logs in as a device does; the share that came with it. */
async function shareOf(login: string, deviceId: string, at = url): Promise<string | undefined> {
  const body = JSON.stringify({ login, password: testPassword, device: { id: deviceId } })
  const response = await fetch(`${at}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  return ((await response.json()) as SessionReply).deviceShare
}

async function refresh(cookie: string): Promise<{ status: number; share: string | undefined }> {
  const response = await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: cookie } })
  return { status: response.status, share: ((await response.json()) as SessionReply).deviceShare }
}

const keysOf = (deviceId: string) =>
  server.system.platform.database.withTenant({ tenantId: office.tenantId }, async (tx) => {
    const { rows } = await tx.query('select user_id from device_key where device_id = $1', [deviceId])
    return rows.length
  })

describe("the server's share of a device's key", () => {
  test('is 32 bytes, the same at each login and refresh of a person on a device', async () => {
    const first = await shareOf('field_worker', deviceIds.phone)
    expect(Buffer.from(first ?? '', 'base64url')).toHaveLength(32)
    expect(await shareOf('field_worker', deviceIds.phone)).toBe(first)
    const session = await logInTo(url, 'field_worker')
    expect((await refresh(session.cookie)).share).toBe(session.reply.deviceShare)
  })

  test("is another one for another person, another device and another office: nobody is given somebody else's", async () => {
    await logInTo(`${server.url}/o/${other.slug}`, 'field_worker')
    const shares = [
      await shareOf('field_worker', deviceIds.phone),
      await shareOf('officer', deviceIds.phone),
      await shareOf('field_worker', deviceIds.tablet),
      await shareOf('field_worker', deviceIds.phone, `${server.url}/o/${other.slug}`)
    ]
    expect(shares.every((share) => share?.length === 43)).toBe(true)
    expect(new Set(shares).size).toBe(4)
  })

  test('is not in the answer of who is logged in', async () => {
    const session = await logInTo(url, 'field_worker')
    const me = await session.call('GET', '/api/v1/session')
    expect(await me.text()).not.toContain('deviceShare')
  })

  test('is forgotten with a revoked device, which is given none any more; other devices keep theirs', async () => {
    const owner = await logInTo(url, 'owner')
    const [worker, elsewhere] = [await logInTo(url, 'field_worker'), await shareOf('field_worker', deviceIds.tablet)]
    expect(await keysOf(worker.deviceId)).toBe(1)
    await owner.call('POST', `/api/v1/devices/${worker.deviceId}/revoke`)
    expect(await keysOf(worker.deviceId)).toBe(0)
    expect(await refresh(worker.cookie)).toEqual({ status: 403, share: undefined })
    expect(await shareOf('field_worker', worker.deviceId)).toBeUndefined()
    expect(await keysOf(worker.deviceId)).toBe(0)
    expect(await shareOf('field_worker', deviceIds.tablet)).toBe(elsewhere)
  })

  test('is not released to a disabled person, and is the same again when he is back', async () => {
    const owner = await logInTo(url, 'owner')
    const before = await shareOf('viewer', deviceIds.phone)
    const status = (value: string) => owner.call('PATCH', `/api/v1/users/${office.users.viewer}`, { status: value })
    await status('disabled')
    expect(await shareOf('viewer', deviceIds.phone)).toBeUndefined()
    await status('active')
    expect(await shareOf('viewer', deviceIds.phone)).toBe(before)
  })

  test('ends with the session: a cookie after logout brings none', async () => {
    const session = await logInTo(url, 'field_worker')
    await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: { Cookie: session.cookie } })
    expect((await refresh(session.cookie)).share).toBeUndefined()
  })

  test('is not released while the rows say revoked or disabled, whoever asks', async () => {
    const { reply, deviceId } = await logInTo(url, 'officer')
    const whose = { deviceId, userId: reply.user.id }
    const releasedAs = (device: string, user: string) =>
      server.system.platform.database.withTenant({ tenantId: office.tenantId }, async (tx) => {
        await tx.query('update device set status = $2 where id = $1', [deviceId, device])
        await tx.query('update user_account set status = $2 where id = $1', [whose.userId, user])
        return releaseShare(tx, whose)
      })
    expect(await releasedAs('revoked', 'active')).toBeNull()
    expect(await releasedAs('active', 'disabled')).toBeNull()
    expect(await releasedAs('active', 'active')).toBe(reply.deviceShare)
  })
})
