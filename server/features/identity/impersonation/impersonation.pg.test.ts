import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEntryRow } from '#shared/audit/audit-entry.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { asOperator, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { offerImpersonation } from './impersonate.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let clock: TestClock
let owner: TestSession
const reason = 'Ticket 12: the inbox stays empty'
const minute = 60_000

beforeAll(async () => {
  database = await createTestDatabase()
  clock = createTestClock()
  server = await startTestServer({ database, deps: { clock } })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  owner = await logInTo(server.url, 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const offer = async (asked: { login?: string; reason?: string; minutes?: number } = {}) =>
  (await offerImpersonation(server.system.platform, tenant.tenantId, { login: 'owner', reason, minutes: 30, ...asked })).split('#')[1] ?? ''

const use = (token: string, address = server.url) =>
  fetch(`${address}/api/v1/session/impersonation`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }) })

const makeOtherPersonsLink = async ({ tenantId }: TestTenant) =>
  (await offerImpersonation(server.system.platform, tenantId, { login: 'officer', reason, minutes: 30 })).split('#')[1] ?? ''

async function enter(asked: Parameters<typeof offer>[0] = {}): Promise<TestSession> {
  const response = await use(await offer(asked))
  expect(response.status).toBe(200)
  const reply = (await response.json()) as SessionReply
  const cookie = response.headers.getSetCookie().map((header) => header.split(';')[0]).join('; ')
  const call: TestSession['call'] = (method, path, body) =>
    fetch(`${server.url}${path}`, { method, headers: { Authorization: `Bearer ${reply.accessToken}`, 'Content-Type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) })
  return { reply, cookie, call, deviceId: reply.deviceId }
}

const refresh = ({ cookie }: { cookie: string }) => fetch(`${server.url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: cookie } })
const audit = async (query: string) => {
  const reader = await logInTo(server.url, 'owner')
  return ((await (await reader.call('GET', `/api/v1/audit?${query}`)).json()) as { entries: AuditEntryRow[] }).entries
}

describe('the link of the operator', () => {
  test.each([{ reason: '' }, { reason: '   short  ' }, { minutes: 61 }, { minutes: 0 }, { minutes: NaN }, { login: 'nobody' }])('is not made with %o', async (asked) => {
    await expect(offer(asked)).rejects.toThrow()
  })

  test('opens once, says who and why and until when, and asks for no second step', async () => {
    const token = await offer({ minutes: 20 })
    const response = await use(token)
    const reply = (await response.json()) as SessionReply
    expect(reply).toMatchObject({ user: { id: tenant.users.owner }, impersonation: { reason } })
    expect(Math.abs(Date.parse(reply.impersonation?.until ?? '') - clock.now() - 20 * minute)).toBeLessThan(minute)
    expect((await use(token)).status).toBe(410)
  })

  test('is worth nothing after ten minutes', async () => {
    const token = await offer()
    clock.advance(10 * minute)
    expect((await use(token)).status).toBe(410)
  })
})

test('the session ends at its limit: the access token first, and no refresh leads beyond', async () => {
  const session = await enter({ minutes: 15 })
  clock.advance(9 * minute)
  const renewed = await refresh(session)
  expect(renewed.status).toBe(200)
  const reply = (await renewed.json()) as SessionReply
  const cookie = renewed.headers.getSetCookie().map((header) => header.split(';')[0]).join('; ')
  expect(Date.parse(reply.expiresAt)).toBeLessThanOrEqual(Date.parse(session.reply.impersonation?.until ?? ''))
  const me = () => fetch(`${server.url}/api/v1/session`, { headers: { Authorization: `Bearer ${reply.accessToken}` } })
  expect(((await (await me()).json()) as SessionReply).impersonation).toEqual(session.reply.impersonation)
  clock.advance(6 * minute + 1_000)
  expect((await me()).status).toBe(401)
  expect((await refresh({ cookie })).status).toBe(401)
})

test('accounts, roles, devices, audit, exports, privacy and the office itself are out of reach; nothing of them changes', async () => {
  const session = await enter()
  const user = `/api/v1/users/${tenant.users.officer}`
  const acts: [string, string, object?][] = [
    ['POST', '/api/v1/session/password', { current: testPassword, next: 'a fresh long password' }], ['POST', '/api/v1/session/email', { email: 'me@example.test', password: testPassword }],
    ['POST', '/api/v1/session/second-step', { kind: 'totp', password: testPassword }], ['POST', '/api/v1/session/second-step/remove', { password: testPassword }],
    ['DELETE', '/api/v1/sessions'], ['POST', '/api/v1/users', {}], ['PATCH', user, { name: 'Other' }], ['POST', `${user}/link`, { send: false }], ['DELETE', `${user}/second-step`],
    ['POST', '/api/v1/roles', {}], ['POST', `/api/v1/devices/${owner.deviceId}/revoke`], ['PATCH', '/api/v1/tenant', { name: 'Other' }],
    ['GET', '/api/v1/audit'], ['GET', '/api/v1/audit/export'], ['POST', '/api/v1/privacy/search', {}], ['POST', '/api/v1/privacy/copy', {}], ['POST', '/api/v1/privacy/erase', {}],
    ['POST', '/api/v1/sync/pull', {}], ['POST', '/api/v1/uploads', {}], ['POST', '/api/v1/imports/wards', {}], ['GET', '/api/v1/rescue-queues'], ['POST', '/api/v1/push-subscriptions', {}]
  ]
  for (const [method, path, body] of acts) {
    const response = await session.call(method, path, body)
    expect([method, path, response.status, ((await response.json()) as { detail?: string }).detail])
      .toEqual([method, path, 403, 'The operator may not do this in the place of a person.'])
  }
  expect(session.reply.actions).not.toEqual(expect.arrayContaining(['contact.read']))
  expect((await session.call('GET', '/api/v1/grievances')).status).toBe(200)
  await expect(logInTo(server.url, 'owner')).resolves.toBeDefined()
})

test('no command passes, and a citizen is seen without phone and e-mail', async () => {
  const officer = await logInTo(server.url, 'officer')
  const filed = filing(office, { reporter: { id: makeId(), name: 'Asha', phone: '+919820123456', email: null, language: 'en' } })
  expect((await pushOne(officer, queued(filed))).verdict).toBe('applied')
  const session = await enter()
  const record = `/api/v1/grievances/${String(filed.args['grievanceId'])}`
  expect((await session.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', deviceTime: clock.now(), commands: [filing(office)] })).status).toBe(403)
  const [seen, byOwner] = await Promise.all([session, await logInTo(server.url, 'owner')].map(async (one) => (await one.call('GET', record)).text()))
  expect(byOwner).toContain('9820123456')
  expect(seen).toContain('A deep hole')
  expect(seen).not.toContain('9820123456')
  expect((await session.call('GET', '/api/v1/sync-issues')).status).toBe(403)
})

test('the owner reads who came, why and until when, and ends it at once by ending the device', async () => {
  const session = await enter()
  const [start] = await audit('action=impersonation.start')
  expect(start).toMatchObject({ subjectId: tenant.users.owner, actorRole: 'system', after: { reason, until: session.reply.impersonation?.until } })
  expect((await audit('action=impersonation.offer'))[0]).toMatchObject({ subjectId: tenant.users.owner, after: { reason, minutes: 30 } })
  const now = await logInTo(server.url, 'owner')
  expect((await now.call('POST', `/api/v1/devices/${session.deviceId}/revoke`)).status).toBe(200)
  clock.advance(minute)
  expect((await session.call('GET', '/api/v1/grievances')).status).toBe(401)
  expect((await refresh(session)).status).toBe(403)
})

test('the owner reads which records and lists were opened, each once a session, and nothing of what stood in them', async () => {
  const officer = await logInTo(server.url, 'officer')
  const filed = filing(office, { description: 'A secret of the well', reporter: { id: makeId(), name: 'Asha', phone: '+919820123456', email: null, language: 'en' } })
  expect((await pushOne(officer, queued(filed))).verdict).toBe('applied')
  const grievanceId = filed.args['grievanceId'] as string
  const session = await enter()
  for (const path of [`/api/v1/grievances/${grievanceId}`, '/api/v1/grievances?q=secret', '/api/v1/grievances?q=well', `/api/v1/grievances/${grievanceId}`]) expect((await session.call('GET', path)).status).toBe(200)
  await Promise.all([1, 2, 3].map(() => session.call('GET', '/api/v1/users')))
  expect((await session.call('GET', '/api/v1/privacy/requests')).status).toBe(403)
  const seen = async (deviceId: string) => (await audit('action=impersonation.look&limit=200')).filter((entry) => entry.deviceId === deviceId)
  const looks = await seen(session.deviceId)
  expect(looks.map(({ subjectType, subjectId, after }) => [subjectType, subjectId, after]).toReversed()).toEqual([
    ['grievances', grievanceId, { route: 'GET /api/v1/grievances/:id' }], ['grievances', null, { route: 'GET /api/v1/grievances' }], ['identity', null, { route: 'GET /api/v1/users' }]
  ])
  expect(JSON.stringify(looks)).not.toMatch(/secret|well|Asha|98201/)
  const again = await enter()
  await again.call('GET', `/api/v1/grievances/${grievanceId}`)
  expect(await seen(again.deviceId)).toHaveLength(1)
  await officer.call('GET', `/api/v1/grievances/${grievanceId}`)
  expect(await seen(officer.deviceId)).toEqual([])
})

test('a role of the office\'s own leaves no more than it did', async () => {
  const now = await logInTo(server.url, 'owner')
  const role = await (await now.call('POST', '/api/v1/roles', { name: 'Clerk', baseRole: 'officer', actions: ['grievance.read', 'syncIssue.settle'], masks: [] })).json()
  const person = { login: 'clerk', name: 'Clerk', language: 'en', password: testPassword, role: 'officer', customRoleId: (role as { id: string }).id }
  expect((await now.call('POST', '/api/v1/users', person)).status).toBe(201)
  const { reply } = await enter({ login: 'clerk' })
  expect(reply.actions).toContain('grievance.read')
  for (const gone of ['syncIssue.settle', 'person.read', 'message.read']) expect(reply.actions).not.toContain(gone)
})

test('the device of such a session is nobody else\'s: no login takes it over', async () => {
  const session = await enter()
  await expect(logInTo(server.url, 'officer', { id: session.deviceId })).rejects.toThrow('409')
})

test('a suspended office gives no link, opens none, and shows nothing to the operator who is in', async () => {
  const closed = await makeTestTenant(database)
  const address = `${server.url}/o/${closed.slug}`
  const asked = { login: 'owner', reason, minutes: 30 }
  const link = async () => (await offerImpersonation(server.system.platform, closed.tenantId, asked)).split('#')[1] ?? ''
  const [first, second] = [await link(), await makeOtherPersonsLink(closed)]
  const inside = (await (await use(first, address)).json()) as SessionReply
  await asOperator(database, closed.tenantId, (client) => client.query(`update tenant set status = 'suspended' where tenant_id = $1`, [closed.tenantId]))
  clock.advance(6_000)
  await expect(link()).rejects.toThrow('The office is suspended')
  expect((await use(second, address)).status).toBe(503)
  const look = await fetch(`${address}/api/v1/grievances`, { headers: { Authorization: `Bearer ${inside.accessToken}` } })
  expect(look.status).toBe(503)
})
