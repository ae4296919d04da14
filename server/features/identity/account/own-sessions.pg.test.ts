import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OwnSession } from '#shared/identity/own-sessions.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let office: TestTenant
let url: string

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  server = await startTestServer({ database, redisUrl: redis.url })
  url = `${server.url}/o/${office.slug}`
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const sessionsOf = async (session: TestSession): Promise<OwnSession[]> =>
  ((await (await session.call('GET', '/api/v1/sessions')).json()) as { sessions: OwnSession[] }).sessions
const idOf = async (session: TestSession) => (await sessionsOf(session)).find(({ isThis }) => isThis)?.id ?? ''
const statusOf = async (session: TestSession) => (await session.call('GET', '/api/v1/session')).status
const refresh = async (session: TestSession) =>
  (await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: session.cookie } })).status

test('a person sees each login once, with its device and which one this is, and nobody else’s', async () => {
  const [phone, desktop, stranger] = [await logInTo(url, 'officer'), await logInTo(url, 'officer'), await logInTo(url, 'viewer')]
  expect(await refresh(phone)).toBe(200)
  const sessions = await sessionsOf(desktop)
  expect(sessions.map(({ deviceId, isThis }) => ({ deviceId, isThis }))).toEqual([
    { deviceId: phone.deviceId, isThis: false },
    { deviceId: desktop.deviceId, isThis: true }
  ])
  expect(sessions[0]?.deviceLabel).toBe('a test')
  expect((await sessionsOf(stranger)).map(({ deviceId }) => deviceId)).toEqual([stranger.deviceId])
})

test('ending one logs that device out at once, and no other', async () => {
  const [phone, desktop] = [await logInTo(url, 'officer'), await logInTo(url, 'officer')]
  expect((await desktop.call('DELETE', `/api/v1/sessions/${await idOf(phone)}`)).status).toBe(204)
  expect([await statusOf(phone), await refresh(phone), await statusOf(desktop)]).toEqual([401, 401, 200])
  expect((await sessionsOf(desktop)).map(({ deviceId }) => deviceId)).not.toContain(phone.deviceId)
})

test('nobody ends a session of somebody else: it is as if it were not there', async () => {
  const [mine, theirs] = [await logInTo(url, 'viewer'), await logInTo(url, 'owner')]
  expect((await mine.call('DELETE', `/api/v1/sessions/${await idOf(theirs)}`)).status).toBe(404)
  expect(await statusOf(theirs)).toBe(200)
})

test('ending all others leaves the one that asked', async () => {
  const sessions = [await logInTo(url, 'owner'), await logInTo(url, 'owner'), await logInTo(url, 'owner')] as const
  expect((await sessions[1].call('DELETE', '/api/v1/sessions')).status).toBe(204)
  expect(await Promise.all(sessions.map(statusOf))).toEqual([401, 200, 401])
  expect(await sessionsOf(sessions[1])).toHaveLength(1)
})
