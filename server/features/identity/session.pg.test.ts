import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SessionReply } from '#shared/identity/session.ts'
import { startTestServer, logInTo, makeTestTenant, testPassword, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let clock: TestClock
let office: TestTenant
let other: TestTenant
let url: string

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  clock = createTestClock()
  server = await startTestServer({ database, redisUrl: redis.url, deps: { clock } })
  url = `${server.url}/o/${office.slug}`
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

const minute = 60_000

async function refreshWith(cookie: string): Promise<{ status: number; cookie: string; reply: SessionReply }> {
  const response = await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: cookie } })
  const next = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return { status: response.status, cookie: next, reply: (await response.json()) as SessionReply }
}

const me = (token: string, at = url) => fetch(`${at}/api/v1/session`, { headers: { Authorization: `Bearer ${token}` } })

function tryLogin(login: string, password: string, deviceId = '019a0000-0000-7000-8000-000000000001'): Promise<Response> {
  return fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password, device: { id: deviceId } })
  })
}

describe('logging in', () => {
  test('tells who is logged in and keeps the refresh token out of reach of scripts', async () => {
    const response = await tryLogin(' Officer ', testPassword)
    const reply = (await response.json()) as SessionReply
    expect(reply.user).toMatchObject({ id: office.users.officer, role: 'officer' })
    expect(reply.tenant).toMatchObject({ slug: office.slug, demo: false })
    expect(reply.actions).toContain('grievance.assign')
    expect(reply.actions).not.toContain('user.manage')
    const cookie = response.headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(new RegExp(`^refresh_${office.slug}=`))
    for (const part of [`Path=/o/${office.slug}/api/v1/session`, 'HttpOnly', 'SameSite=Strict']) expect(cookie).toContain(part)
    expect(JSON.stringify(reply)).not.toContain(cookie.split(/[=;]/)[1])
  })

  test('answers a wrong password and an unknown login with the same words', async () => {
    const wrong = await tryLogin('officer', 'not the password')
    const unknown = await tryLogin('nobody-here', 'not the password')
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    const withoutId = async (response: Response) => ({ ...((await response.json()) as object), requestId: '' })
    expect(await withoutId(wrong)).toEqual(await withoutId(unknown))
  })

  test('stops guesses at one account after ten, says when to come again, and leaves other people alone', async () => {
    const answers: Response[] = []
    for (let guess = 0; guess < 11; guess += 1) answers.push(await tryLogin('viewer', `guess number ${guess}`))
    expect(answers.map((answer) => answer.status)).toEqual([...new Array<number>(10).fill(401), 429])
    expect(Number(answers[10]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await tryLogin('viewer', testPassword)).status).toBe(429)
    expect((await tryLogin('owner', testPassword)).status).toBe(200)
  })

  test('does not let a demo user in where the demo is off', async () => {
    const owner = await logInTo(url, 'owner')
    const person = { login: 'demo-person', name: 'Demo', role: 'viewer', language: 'en', password: testPassword }
    const made = (await (await owner.call('POST', '/api/v1/users', person)).json()) as { id: string }
    await server.system.platform.database.withTenant({ tenantId: office.tenantId }, (tx) =>
      tx.query('update user_account set demo = true where id = $1', [made.id])
    )
    expect((await tryLogin('demo-person', testPassword)).status).toBe(401)
  })
})

describe('staying logged in', () => {
  test('an access token ends after ten minutes, a refresh gives a new one', async () => {
    const session = await logInTo(url, 'officer')
    expect((await me(session.reply.accessToken)).status).toBe(200)
    clock.advance(10 * minute + 1)
    const expired = await me(session.reply.accessToken)
    expect([expired.status, ((await expired.json()) as { code: string }).code]).toEqual([401, 'token_expired'])
    const refreshed = await refreshWith(session.cookie)
    expect((await me(refreshed.reply.accessToken)).status).toBe(200)
  })

  test('a lost reply costs nothing: the same token can be exchanged again', async () => {
    const session = await logInTo(url, 'officer')
    const lost = await refreshWith(session.cookie)
    const again = await refreshWith(session.cookie)
    expect([lost.status, again.status]).toEqual([200, 200])
    expect((await refreshWith(again.cookie)).status).toBe(200)
  })

  test('two tabs that refresh at once both stay logged in with whichever cookie remains', async () => {
    const session = await logInTo(url, 'officer')
    const [first, second] = await Promise.all([refreshWith(session.cookie), refreshWith(session.cookie)])
    expect([first.status, second.status]).toEqual([200, 200])
    expect((await me(first.reply.accessToken)).status).toBe(200)
    expect((await me(second.reply.accessToken)).status).toBe(200)
    expect((await refreshWith(second.cookie)).status).toBe(200)
  })

  test('a token that was stolen and used ends the whole family, on both sides', async () => {
    const session = await logInTo(url, 'officer')
    const thief = await refreshWith(session.cookie)
    const thiefNext = await refreshWith(thief.cookie)
    expect(thiefNext.status).toBe(200)
    expect((await refreshWith(session.cookie)).status).toBe(401)
    expect((await refreshWith(thiefNext.cookie)).status).toBe(401)
    expect((await me(thiefNext.reply.accessToken)).status).toBe(401)
  })

  test('a fork is noticed when the second branch is used', async () => {
    const session = await logInTo(url, 'officer')
    const [one, two] = [await refreshWith(session.cookie), await refreshWith(session.cookie)]
    expect((await refreshWith(one.cookie)).status).toBe(200)
    expect((await refreshWith(two.cookie)).status).toBe(401)
    expect((await me(one.reply.accessToken)).status).toBe(401)
  })

  test('logging out ends the session and removes the cookie', async () => {
    const session = await logInTo(url, 'officer')
    const response = await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: { Cookie: session.cookie } })
    expect(response.status).toBe(204)
    expect(response.headers.getSetCookie()[0]).toContain('Max-Age=0')
    expect((await refreshWith(session.cookie)).status).toBe(401)
    expect((await me(session.reply.accessToken)).status).toBe(401)
  })

  test('a session away for more than 90 days has to log in again', async () => {
    const session = await logInTo(url, 'officer')
    clock.advance(90 * 24 * 60 * minute + 1)
    expect((await refreshWith(session.cookie)).status).toBe(401)
  })
})

describe('the own password', () => {
  test('is changed by who knows the present one, and ends the sessions elsewhere but not this one', async () => {
    const owner = await logInTo(url, 'owner')
    await owner.call('POST', '/api/v1/users', { login: 'changer', name: 'C', role: 'viewer', language: 'en', password: testPassword })
    const [here, elsewhere] = [await logInTo(url, 'changer'), await logInTo(url, 'changer')]
    const next = 'a better pass phrase'
    const wrong = await here.call('POST', '/api/v1/session/password', { current: 'not mine at all', next })
    expect([wrong.status, ((await wrong.json()) as { errors: { path: string }[] }).errors[0]?.path]).toEqual([400, 'current'])
    expect((await here.call('POST', '/api/v1/session/password', { current: testPassword, next })).status).toBe(204)
    expect((await me(here.reply.accessToken)).status).toBe(200)
    expect((await me(elsewhere.reply.accessToken)).status).toBe(401)
    expect((await tryLogin('changer', testPassword)).status).toBe(401)
    expect((await tryLogin('changer', next)).status).toBe(200)
  })
})

describe('the walls of a session', () => {
  test('a token of one office opens nothing at another', async () => {
    const session = await logInTo(url, 'owner')
    const there = `${server.url}/o/${other.slug}`
    expect((await me(session.reply.accessToken, there)).status).toBe(401)
    const stolen = await fetch(`${there}/api/v1/session/refresh`, {
      method: 'POST',
      headers: { Cookie: session.cookie.replace(office.slug, other.slug) }
    })
    expect(stolen.status).toBe(401)
    expect((await refreshWith(session.cookie)).status).toBe(200)
  })

  test('a changed token is refused', async () => {
    const { reply } = await logInTo(url, 'owner')
    const [head, body, signature] = reply.accessToken.split('.')
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: office.users.officer })).toString('base64url')
    expect((await me(`${head}.${forged}.${signature}`)).status).toBe(401)
    const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    expect((await me(`${unsigned}.${body}.`)).status).toBe(401)
  })

  test('a disabled person is out at the next request and cannot come back', async () => {
    const owner = await logInTo(url, 'owner')
    const worker = await logInTo(url, 'field_worker')
    await owner.call('PATCH', `/api/v1/users/${office.users.field_worker}`, { status: 'disabled' })
    expect((await me(worker.reply.accessToken)).status).toBe(401)
    expect((await refreshWith(worker.cookie)).status).toBe(403)
    expect((await tryLogin('field_worker', testPassword)).status).toBe(401)
    await owner.call('PATCH', `/api/v1/users/${office.users.field_worker}`, { status: 'active' })
    expect((await tryLogin('field_worker', testPassword)).status).toBe(200)
  })

  test('a revoked device is out and stays out, the person is welcome on another', async () => {
    const owner = await logInTo(url, 'owner')
    const worker = await logInTo(url, 'field_worker')
    expect((await owner.call('POST', `/api/v1/devices/${worker.deviceId}/revoke`)).status).toBe(200)
    expect((await me(worker.reply.accessToken)).status).toBe(401)
    expect((await refreshWith(worker.cookie)).status).toBe(403)
    expect((await tryLogin('field_worker', testPassword, worker.deviceId)).status).toBe(403)
    expect((await tryLogin('field_worker', testPassword, '019a0000-0000-7000-8000-000000000009')).status).toBe(200)
  })
})
