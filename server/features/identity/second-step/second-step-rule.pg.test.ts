import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ProblemBody } from '#shared/errors.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/identity/passkey.ts'
import type { SecondStepRule, SecondStepSetup } from '#shared/identity/second-step.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import type { User } from '#shared/identity/user.ts'
import { asOperator, makeId } from '#server/testing/office-fixture.ts'
import { SoftAuthenticator, type Asked } from '#server/testing/passkeys/soft-authenticator.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { stepAt, totpCode } from './totp.ts'

const origin = 'http://office.test'
const [rulePath, stepPath] = ['/api/v1/second-step-rule', '/api/v1/session/second-step']
let database: TestDatabase
let redis: TestRedis
let clock: TestClock
/** Two processes of one installation. */
let server: TestServer
let other: TestServer
let office: TestTenant
let owner: TestSession
let url: string
let people = 0

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  clock = createTestClock()
  const options = { database, redisUrl: redis.url, environment: { PUBLIC_URL: origin }, deps: { clock } }
  ;[server, other] = await Promise.all([startTestServer(options), startTestServer(options)])
  url = `${server.url}/o/${office.slug}`
})
beforeEach(async () => {
  owner = await logInTo(url, 'owner')
})
afterAll(async () => {
  await Promise.all([server?.close(), other?.close()])
  await Promise.all([database?.drop(), redis?.drop()])
})

const want = async (...roles: SecondStepRule['roles']) => expect((await owner.call('POST', rulePath, { roles })).status).toBe(200)
const statusOf = async (session: TestSession, method: string, path: string, body?: unknown) => (await session.call(method, path, body)).status
const dueOf = async (session: TestSession) => ((await (await session.call('GET', '/api/v1/session')).json()) as SessionReply).secondStepDue
const refresh = async ({ cookie }: TestSession) =>
  (await (await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: cookie } })).json()) as SessionReply

/** Somebody new with this role, who has not logged in yet. */
async function person(role: string, customRoleId?: string): Promise<{ login: string; id: string }> {
  people += 1
  const login = `wanted-${people}`
  const made = await owner.call('POST', '/api/v1/users', { login, name: 'W', role, customRoleId, language: 'en', password: testPassword })
  return { login, id: ((await made.json()) as User).id }
}

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}
const nextCode = (secret: Uint8Array) => {
  clock.advance(30_000)
  return totpCode(secret, stepAt(clock.now()))
}

async function beginApp(session: TestSession): Promise<Buffer> {
  const answer = await session.call('POST', stepPath, { kind: 'totp', password: testPassword })
  expect(answer.status).toBe(200)
  return fromBase32(((await answer.json()) as SecondStepSetup).secret ?? '')
}

async function setUpApp(session: TestSession): Promise<{ secret: Buffer; recoveryCodes: string[] }> {
  const secret = await beginApp(session)
  const answer = await session.call('POST', `${stepPath}/confirm`, { code: nextCode(secret) })
  expect(answer.status).toBe(200)
  return { secret, ...((await answer.json()) as { recoveryCodes: string[] }) }
}

async function addPasskey(session: TestSession, key: SoftAuthenticator): Promise<number> {
  const { challenge, rp } = (await (await session.call('POST', '/api/v1/passkeys/options', { password: testPassword })).json()) as PasskeyCreation
  const credential = key.make({ challenge, rpId: rp.id, origin } satisfies Asked)
  return statusOf(session, 'POST', '/api/v1/passkeys', { name: 'Desk', credential })
}

const post = async (path: string, body: unknown) => (await fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json()

async function logInByPasskey(key: SoftAuthenticator): Promise<SessionReply> {
  const { challenge, rpId } = (await post('/api/v1/session/passkey/options', {})) as PasskeyRequest
  return (await post('/api/v1/session/passkey', { credential: key.sign({ challenge, rpId, origin }), device: { id: makeId(), label: 'a test' } })) as SessionReply
}

const logInWithCode = async (login: string, code: string) => (await post('/api/v1/session', { login, password: testPassword, code, device: { id: makeId() } })) as SessionReply

const callWith = (token: string, method: string, path: string, body?: unknown) =>
  fetch(`${url}${path}`, { method, headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) })

/** Doors of an officer: records, sync, the live stream, his own account, and the way out of a second step. */
const doors = [
  ['GET', '/api/v1/grievances'], ['GET', '/api/v1/reference'], ['GET', '/api/v1/sync/live'], ['POST', '/api/v1/sync/pull'], ['POST', '/api/v1/sync/push'], ['POST', '/api/v1/uploads'],
  ['GET', '/api/v1/sessions'], ['POST', '/api/v1/session/password'], ['POST', `${stepPath}/remove`], ['GET', '/api/v1/passkeys']
] as const

test('from the next login on, whoever showed only a password can do nothing but set a second step up; then everything is open in the same session, in every process', async () => {
  const { login } = await person('officer')
  const before = await logInTo(url, login)
  await want('officer')
  expect(await statusOf(before, 'GET', '/api/v1/grievances')).toBe(200)
  const session = await logInTo(url, login)
  expect([session.reply.secondStepDue, session.reply.deviceShare]).toEqual(['set_up', undefined])
  for (const [method, door] of doors) {
    const answer = await session.call(method, door, method === 'POST' ? {} : undefined)
    expect([door, answer.status, ((await answer.json()) as ProblemBody).errors]).toEqual([door, 403, [{ path: 'secondStep', message: 'Needed' }]])
  }
  const renewed = await refresh(session)
  expect([renewed.secondStepDue, renewed.deviceShare]).toEqual(['set_up', undefined])
  const there = (path: string) => fetch(`${other.url}/o/${office.slug}${path}`, { headers: { Authorization: `Bearer ${session.reply.accessToken}` } }).then(({ status }) => status)
  expect(await there('/api/v1/grievances')).toBe(403)

  const { secret } = await setUpApp(session)
  expect(await statusOf(session, 'GET', '/api/v1/grievances')).toBe(200)
  await expect.poll(() => there('/api/v1/grievances'), { timeout: 20_000 }).toBe(200)
  await expect(logInTo(url, login)).rejects.toThrow('A second step is needed')
  const next = await logInWithCode(login, nextCode(secret))
  expect(next.secondStepDue).toBeUndefined()
  expect(next.deviceShare).toBeDefined()
})

test('a passkey will do as well: made in the limited session it opens it, and a login with it is open', async () => {
  await want('viewer')
  const session = await logInTo(url, (await person('viewer')).login)
  const key = new SoftAuthenticator()
  expect(await addPasskey(session, key)).toBe(201)
  expect(await statusOf(session, 'GET', '/api/v1/grievances')).toBe(200)
  expect((await logInByPasskey(key)).secondStepDue).toBeUndefined()
})

test('who knows the password alone sets up nothing beside a step that is there, takes none away, and is not let in by the step of another session', async () => {
  await want('viewer')
  const { login } = await person('viewer')
  const [thief, late] = [await logInTo(url, login), await logInTo(url, login)]
  const secret = await beginApp(thief)
  const mine = await logInTo(url, login)
  expect(await addPasskey(mine, new SoftAuthenticator())).toBe(201)
  expect(await dueOf(mine)).toBeUndefined()

  expect(await statusOf(thief, 'POST', `${stepPath}/confirm`, { code: nextCode(secret) })).toBe(409)
  expect(await statusOf(late, 'POST', stepPath, { kind: 'totp', password: testPassword })).toBe(409)
  expect(await addPasskey(late, new SoftAuthenticator())).toBe(409)
  for (const session of [thief, late, await logInTo(url, login)]) {
    expect(await dueOf(session)).toBe('log_in')
    expect(await statusOf(session, 'GET', '/api/v1/grievances')).toBe(403)
    expect(await statusOf(session, 'POST', `${stepPath}/remove`, { password: testPassword })).toBe(403)
  }
})

test('codes by e-mail do not count: whoever came with one sets up an app in its place', async () => {
  await want()
  const { login, id } = await person('viewer')
  const free = await logInTo(url, login)
  const { recoveryCodes } = await setUpApp(free)
  const toMail = `update second_step set kind = 'email', sealed_secret = null where user_id = $1`
  await asOperator(database, office.tenantId, (client) => client.query(toMail, [id]))
  await want('viewer')
  const reply = await logInWithCode(login, recoveryCodes[0] ?? '')
  expect(reply.secondStepDue).toBe('set_up')
  const session = { ...free, reply, call: (method: string, path: string, body?: unknown) => callWith(reply.accessToken, method, path, body) }
  expect(await statusOf(session, 'GET', '/api/v1/grievances')).toBe(403)
  expect(await statusOf(session, 'POST', stepPath, { kind: 'email', password: testPassword })).toBe(409)
  await setUpApp(session)
  expect(await statusOf(session, 'GET', '/api/v1/grievances')).toBe(200)
})

test('the rule is of full owners, names no field workers, lifts its limits when it goes, and stands in the audit', async () => {
  await want('viewer')
  const { login, id } = await person('viewer')
  const session = await logInTo(url, login)
  expect(await statusOf(session, 'GET', '/api/v1/reference')).toBe(403)
  await want('officer')
  expect(await statusOf(session, 'GET', '/api/v1/reference')).toBe(200)
  expect(await statusOf(session, 'POST', rulePath, { roles: [] })).toBe(403)
  expect(await statusOf(owner, 'POST', rulePath, { roles: ['field_worker'] })).toBe(400)
  const little = { name: 'People', baseRole: 'owner', actions: ['user.manage'], masks: [] }
  const role = (await (await owner.call('POST', '/api/v1/roles', little)).json()) as { id: string }
  const deputy = await logInTo(url, (await person('owner', role.id)).login)
  expect([await statusOf(deputy, 'GET', rulePath), await statusOf(deputy, 'POST', rulePath, { roles: [] })]).toEqual([200, 403])
  const worker = await logInTo(url, 'field_worker')
  expect(worker.reply.secondStepDue).toBeUndefined()
  expect(await statusOf(owner, 'DELETE', `/api/v1/users/${id}/second-step`)).toBe(204)
  expect(await (await owner.call('GET', rulePath)).json()).toEqual({ roles: ['officer'] })
  const audit = (await (await owner.call('GET', '/api/v1/audit?action=second_step.rule')).json()) as { entries: { before: unknown; after: unknown }[] }
  expect(audit.entries[0]).toMatchObject({ before: { roles: ['viewer'] }, after: { roles: ['officer'] } })
})
