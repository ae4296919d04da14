import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OidcSettings } from '#shared/identity/oidc.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import type { User } from '#shared/identity/user.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { startOidcDouble, type OidcDouble, type OidcMischief } from '#server/testing/providers/oidc-double.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { stepAt, totpCode } from '../second-step/totp.ts'

let database: TestDatabase
let clock: TestClock
let server: TestServer
let idp: OidcDouble
let office: TestTenant
let owner: TestSession
let url: string
let people = 0
const label = 'The ministry'

beforeAll(async () => {
  clock = createTestClock()
  ;[database, idp] = await Promise.all([createTestDatabase(), startOidcDouble(() => Math.floor(clock.now() / 1000))])
  server = await startTestServer({ database, deps: { clock } })
  office = await makeTestTenant(database)
  url = `${server.url}/o/${office.slug}`
  owner = await logInTo(url, 'owner')
  const saved = await saveAs(owner)
  expect(saved.status).toBe(200)
  idp.redirectUris.add(((await saved.json()) as OidcSettings).redirectUri)
})
beforeEach(() => void idp.complaints.splice(0))
afterAll(async () => {
  await server?.close()
  await Promise.all([idp?.close(), database?.drop()])
})

const settings = (over: object = {}) => ({ issuer: idp.issuer, clientId: idp.clientId, clientSecret: idp.clientSecret, label, password: testPassword, ...over })
const saveAs = (session: TestSession, over: object = {}) => session.call('POST', '/api/v1/oidc', settings(over))

async function person(facts: { email?: string | null } = {}): Promise<User & { email: string }> {
  people += 1
  const login = `person${people}`
  const made = await owner.call('POST', '/api/v1/users', { login, name: login, role: 'officer', language: 'en', password: testPassword, email: `${login}@office.test`, ...facts })
  expect(made.status).toBe(201)
  return (await made.json()) as User & { email: string }
}

const post = (path: string, body: object, cookie?: string, at = url) =>
  fetch(`${at}/api/v1/session/oidc${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }) }, body: JSON.stringify(body) })

/** A browser that has asked for the way to the provider. */
async function begin(at = url): Promise<{ url: string; cookie: string }> {
  const answer = await post('', {}, undefined, at)
  expect(answer.status).toBe(200)
  return { url: ((await answer.json()) as { url: string }).url, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

const device = () => ({ id: randomUUID(), label: 'a test' })
const verified = (email: string, over: object = {}) => ({ sub: `subject of ${email}`, email, email_verified: true, ...over })

/** The whole way there and back. */
async function enter(who: Parameters<OidcDouble['approve']>[1], mischief?: OidcMischief, at = url): Promise<Response> {
  const begun = await begin(at)
  return post('/return', { ...idp.approve(begun.url, who, mischief), device: device() }, begun.cookie, at)
}

const read = <R extends object>(sql: string, values: unknown[] = []) =>
  asOperator(database, office.tenantId, async (client) => (await client.query<R>(sql, values)).rows)
const lastRefusal = async () =>
  (await read<{ reason: string }>(`select after ->> 'reason' as reason from audit_entry where tenant_id = $1 and action = 'session.refuse' order by seq desc limit 1`, [office.tenantId]))[0]?.reason

describe('a login by the provider', () => {
  test('lets in the person with the verified address, links it, and writes both down', async () => {
    const user = await person()
    const answer = await enter(verified(user.email.toUpperCase()))
    expect(answer.status).toBe(200)
    const reply = (await answer.json()) as SessionReply
    expect(reply.user.id).toBe(user.id)
    const refresh = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('refresh_')) ?? ''
    expect(refresh).toContain('; HttpOnly')
    expect((await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: refresh.split(';')[0] ?? '' } })).status).toBe(200)
    expect(idp.complaints).toEqual([])
    const written = await read<{ action: string }>('select action from audit_entry where subject_id = $1 and action <> $2 order by seq', [user.id, 'user.add'])
    expect(written.map(({ action }) => action)).toEqual(['oidc.link', 'session.open'])
  })

  test('comes back to where it was begun, also where the only office of an installation is at its root', async () => {
    const user = await person()
    idp.redirectUris.add(`${server.system.platform.config.PUBLIC_URL}/admin/oidc`)
    const answer = await enter(verified(user.email), {}, server.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().map((cookie) => /Path=([^;]+)/.exec(cookie)?.[1])).toEqual(['/api/v1/session', '/api/v1/session/oidc'])
    expect(idp.complaints).toEqual([])
  })

  test('goes by the provider’s subject from then on: another with the same address is not let in, the same one is after changing it', async () => {
    const user = await person()
    expect((await enter(verified(user.email))).status).toBe(200)
    expect((await enter(verified(user.email, { sub: 'somebody new' }))).status).toBe(401)
    expect(await lastRefusal()).toBe('other_person')
    expect((await enter({ sub: `subject of ${user.email}` })).status).toBe(200)
    expect((await owner.call('DELETE', `/api/v1/users/${user.id}/oidc`)).status).toBe(204)
    expect((await enter(verified(user.email, { sub: 'somebody new' }))).status).toBe(200)
  })

  test('makes no account, and lets in nobody who is disabled or shares an address with another', async () => {
    expect((await enter(verified('stranger@office.test'))).status).toBe(401)
    const [one, leaver] = [await person(), await person()]
    await person({ email: one.email })
    expect((await enter(verified(one.email))).status).toBe(401)
    expect(await lastRefusal()).toBe('several')
    expect((await enter(verified(leaver.email))).status).toBe(200)
    expect((await owner.call('PATCH', `/api/v1/users/${leaver.id}`, { status: 'disabled' })).status).toBe(200)
    expect((await enter(verified(leaver.email))).status).toBe(401)
  })

  test('asks for the own second step, unless the provider asked for several factors', async () => {
    const user = await person()
    const session = await logInTo(url, user.login)
    const path = '/api/v1/session/second-step'
    const { secret = '' } = (await (await session.call('POST', path, { kind: 'totp', password: testPassword })).json()) as { secret?: string }
    const bytes = fromBase32(secret)
    const nextCode = () => (clock.advance(30_000), totpCode(bytes, stepAt(clock.now())))
    expect((await session.call('POST', `${path}/confirm`, { code: nextCode() })).status).toBe(200)

    const begun = await begin()
    const asked = (await (await post('/return', { ...idp.approve(begun.url, verified(user.email, { amr: ['pwd'] })), device: device() }, begun.cookie)).json()) as { asked: string; ticket: string }
    expect(asked).toEqual({ asked: 'Needed', ticket: expect.stringMatching(/^[\w-]{43}$/) })
    const step = (code: string, cookie = begun.cookie) => post('/step', { ticket: asked.ticket, code, device: device() }, cookie)
    expect((await step('000000')).status).toBe(401)
    expect((await step(nextCode(), (await begin()).cookie)).status).toBe(410)
    expect((await step(nextCode())).status).toBe(200)
    expect((await step(nextCode())).status).toBe(410)
    expect(((await (await enter(verified(user.email, { amr: ['pwd', 'mfa'] }))).json()) as SessionReply).user.id).toBe(user.id)
  })
})

describe('is refused, and the reason is in the audit', () => {
  const hour = 3600
  test.each<[string, OidcMischief, string]>([
    ['a wrong nonce', { claims: { nonce: 'of another login' } }, 'id_token_nonce'],
    ['a token of another issuer', { claims: { iss: 'https://evil.example' } }, 'id_token_iss'],
    ['a token for another client', { claims: { aud: 'another client' } }, 'id_token_aud'],
    ['a token for several clients that names no party', { claims: { aud: ['sampark at the test', 'another client'] } }, 'id_token_azp'],
    ['a token given to another party', { claims: { azp: 'another client' } }, 'id_token_azp'],
    ['an expired token', { claims: { exp: Math.floor(Date.now() / 1000) - hour } }, 'id_token_expired'],
    ['an old token that never ends', { claims: { iat: Math.floor(Date.now() / 1000) - hour, exp: Math.floor(Date.now() / 1000) + 1e8 } }, 'id_token_expired'],
    ['a token without a signature', { signing: 'none' }, 'id_token_algorithm'],
    ['a token signed by HMAC with the public key', { signing: 'hmac' }, 'id_token_algorithm'],
    ['a token signed by a key of somebody else', { signing: 'stranger' }, 'id_token_signature'],
    ['an address that is not verified', { claims: { email_verified: false } }, 'email_unverified'],
    ['an address of which nothing is said', { claims: { email_verified: undefined } }, 'email_unverified'],
    ['an address that is verified in words alone', { claims: { email_verified: 'false' } }, 'email_unverified']
  ])('%s', async (_what, mischief, reason) => {
    const user = await person()
    const answer = await enter(verified(user.email), mischief)
    expect(answer.status).toBe(401)
    expect(await answer.text()).not.toContain(user.email)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await lastRefusal()).toBe(reason)
  })

  test('another issuer in the address, an unknown code, and a code for the second time', async () => {
    const user = await person()
    const first = await begin()
    const back = idp.approve(first.url, verified(user.email))
    expect((await post('/return', { ...back, iss: 'https://evil.example', device: device() }, first.cookie)).status).toBe(401)
    expect(await lastRefusal()).toBe('issuer')
    const second = await begin()
    const again = idp.approve(second.url, verified(user.email))
    expect((await post('/return', { ...again, code: 'guessed', device: device() }, second.cookie)).status).toBe(401)
    expect(await lastRefusal()).toBe('token_refused')
    const third = await begin()
    const good = idp.approve(third.url, verified(user.email))
    expect((await post('/return', { ...good, device: device() }, third.cookie)).status).toBe(200)
    const fourth = await begin()
    const { state } = idp.approve(fourth.url, verified(user.email))
    expect((await post('/return', { ...good, state, device: device() }, fourth.cookie)).status).toBe(401)
    expect(idp.complaints).toEqual(['code', 'code'])
  })
})

describe('the way back belongs to the way there', () => {
  test('a state is used once, also by many at the same moment', async () => {
    const user = await person()
    const begun = await begin()
    const back = { ...idp.approve(begun.url, verified(user.email)), device: device() }
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('/return', back, begun.cookie)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410])
  })

  test('a wrong state, one of another browser, one without its cookie and one that took too long are refused before the code is used', async () => {
    const user = await person()
    const back = async (over: object, cookie?: string) => {
      const begun = await begin()
      return (await post('/return', { ...idp.approve(begun.url, verified(user.email)), device: device(), ...over }, cookie ?? begun.cookie)).status
    }
    const calls = () => idp.calls.filter((path) => path === '/realm/token').length
    const before = calls()
    expect(await back({ state: 'A'.repeat(43) })).toBe(410)
    expect(await back({}, (await begin()).cookie)).toBe(410)
    expect(await back({}, 'x=y')).toBe(410)
    const late = await begin()
    const answer = { ...idp.approve(late.url, verified(user.email)), device: device() }
    clock.advance(16 * 60_000)
    owner = await logInTo(url, 'owner')
    expect((await post('/return', answer, late.cookie)).status).toBe(410)
    expect(calls()).toBe(before)
  })

  test('a state of another office is refused, and its people are nobody here', async () => {
    const other = await makeTestTenant(database)
    const there = `${server.url}/o/${other.slug}`
    const saved = await saveAs(await logInTo(there, 'owner'))
    idp.redirectUris.add(((await saved.json()) as OidcSettings).redirectUri)
    const user = await person()
    const begun = await begin(there)
    const value = begun.cookie.split('=')[1]
    const back = { ...idp.approve(begun.url, verified(user.email)), device: device() }
    expect((await post('/return', back, `oidc_${office.slug}=${value}`)).status).toBe(410)
    expect((await post('/return', back, begun.cookie, there)).status).toBe(401)
  })

  test('codes go to the office’s own address alone, whatever host and parameters a request names', async () => {
    const answer = await fetch(`${url}/api/v1/session/oidc?redirect_uri=https://evil.example&next=//evil.example`, {
      method: 'POST', headers: { 'X-Forwarded-Host': 'evil.example', 'Content-Type': 'application/json' }, body: JSON.stringify({ redirect_uri: 'https://evil.example' })
    })
    const { url: to } = (await answer.json()) as { url: string }
    expect(new URL(to).origin).toBe(new URL(idp.issuer).origin)
    expect(new URL(to).searchParams.get('redirect_uri')).toBe(`${server.system.platform.config.PUBLIC_URL}/o/${office.slug}/admin/oidc`)
    expect(to).not.toContain('evil')
  })
})

describe('the provider of the office', () => {
  test('is set by a full owner with his password alone; its secret is in no answer, no row and no audit', async () => {
    expect((await saveAs(owner, { password: 'not the password' })).status).toBe(400)
    expect((await saveAs(await logInTo(url, 'officer'))).status).toBe(403)
    const actions = ['user.read', 'user.manage', 'tenant.manage']
    const role = (await (await owner.call('POST', '/api/v1/roles', { name: 'half', baseRole: 'owner', actions, masks: [] })).json()) as { id: string }
    await owner.call('POST', '/api/v1/users', { login: 'half', name: 'Half', role: 'owner', customRoleId: role.id, language: 'en', password: testPassword })
    expect((await saveAs(await logInTo(url, 'half'))).status).toBe(403)
    const shown = await (await owner.call('GET', '/api/v1/oidc')).text()
    expect(JSON.parse(shown)).toMatchObject({ provider: { issuer: idp.issuer, clientId: idp.clientId, label } })
    const kept = await read<{ text: string }>('select row_to_json(p)::text as text from oidc_provider p union all select row_to_json(a)::text from audit_entry a')
    for (const text of [shown, ...kept.map((row) => row.text)]) expect(text).not.toContain(idp.clientSecret)
  })

  test('keeps its secret where none is given, and never gives it to another address', async () => {
    expect((await saveAs(owner, { clientSecret: undefined, label: 'Renamed' })).status).toBe(200)
    expect(await (await fetch(`${url}/api/v1/session/oidc`)).json()).toEqual({ label: 'Renamed' })
    expect((await saveAs(owner, { clientSecret: undefined, clientId: 'another' })).status).toBe(400)
    expect((await saveAs(owner)).status).toBe(200)
  })

  test('must be one: an address that answers otherwise, or calls itself otherwise, is refused by name', async () => {
    for (const issuer of [`${idp.issuer}/nothing`, `${idp.issuer}/`, `${server.url}/api`]) {
      const answer = await saveAs(owner, { issuer })
      expect([issuer, answer.status, ((await answer.json()) as { errors?: { path: string }[] }).errors?.[0]?.path]).toEqual([issuer, 400, 'issuer'])
    }
  })

  test('is gone when taken away, and with it its button and its links', async () => {
    const there = await makeTestTenant(database)
    const boss = await logInTo(`${server.url}/o/${there.slug}`, 'owner')
    expect((await saveAs(boss)).status).toBe(200)
    expect((await boss.call('POST', '/api/v1/oidc/remove', { password: testPassword })).status).toBe(204)
    expect(await (await boss.call('GET', '/api/v1/session/oidc')).json()).toEqual({ label: null })
    expect((await post('', {}, undefined, `${server.url}/o/${there.slug}`)).status).toBe(404)
  })
})

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}
