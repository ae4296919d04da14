import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Passkey, PasskeyCreation, PasskeyRequest } from '#shared/identity/passkey.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import { asOperator, makeId } from '#server/testing/office-fixture.ts'
import { SoftAuthenticator, type Asked } from '#server/testing/passkeys/soft-authenticator.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let clock: TestClock
let server: TestServer
let office: TestTenant
let other: TestTenant

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  clock = createTestClock()
  server = await startTestServer({ database, redisUrl: redis.url, environment: { PUBLIC_URL: origin }, deps: { clock } })
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const origin = 'http://office.test'
const path = '/api/v1/passkeys'
const at = (tenant: TestTenant) => `${server.url}/o/${tenant.slug}`

async function post(tenant: TestTenant, where: string, body: unknown = {}): Promise<Response> {
  return fetch(`${at(tenant)}/api/v1/session/passkey${where}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

async function asked(tenant = office): Promise<Asked> {
  const { challenge, rpId } = (await (await post(tenant, '/options')).json()) as PasskeyRequest
  return { challenge, rpId, origin }
}

/** Sends what the authenticator signed; `lie` is what an attacker makes of the question. */
async function logIn(key: SoftAuthenticator, lie: Partial<Asked> = {}, tenant = office): Promise<Response> {
  return post(tenant, '', { credential: key.sign({ ...(await asked(tenant)), ...lie }), device: { id: makeId(), label: 'a test' } })
}

async function begin(session: TestSession): Promise<Asked> {
  const { challenge, rp } = (await (await session.call('POST', `${path}/options`, { password: testPassword })).json()) as PasskeyCreation
  return { challenge, rpId: rp.id, origin }
}

async function withPasskey(login: string, tenant = office): Promise<{ session: TestSession; key: SoftAuthenticator; passkey: Passkey }> {
  const session = await logInTo(at(tenant), login)
  const key = new SoftAuthenticator()
  const made = await session.call('POST', path, { name: 'Laptop', credential: key.make(await begin(session)) })
  expect(made.status).toBe(201)
  return { session, key, passkey: (await made.json()) as Passkey }
}

const auditOf = (id: string) =>
  asOperator(database, office.tenantId, async (client) => {
    const { rows } = await client.query<{ action: string; actor: string; after: unknown }>(
      `select action, actor_id as actor, after from audit_entry where subject_id = $1 or after ->> 'passkeyId' = $1::text order by id`, [id])
    return rows
  })

describe('a passkey', () => {
  test('lets its owner in without a password, past the second step, until it is removed; the audit tells each of it', async () => {
    const { session, key, passkey } = await withPasskey('officer')
    await session.call('POST', '/api/v1/session/second-step', { kind: 'totp', password: testPassword })
    await asOperator(database, office.tenantId, (client) => client.query('update second_step set confirmed_at = now() where user_id = $1', [office.users.officer]))
    await expect(logInTo(at(office), 'officer')).rejects.toThrow('A second step is needed')
    const answer = await logIn(key)
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().join()).toContain('HttpOnly')
    expect(((await answer.json()) as SessionReply).user.id).toBe(office.users.officer)
    const { passkeys } = (await (await session.call('GET', path)).json()) as { passkeys: Passkey[] }
    expect(passkeys.find(({ id }) => id === passkey.id)).toMatchObject({ name: 'Laptop', lastUsedAt: expect.any(String) })

    const renamed = await session.call('PATCH', `${path}/${passkey.id}`, { name: 'Old laptop' })
    expect(await renamed.json()).toMatchObject({ name: 'Old laptop' })
    expect((await session.call('DELETE', `${path}/${passkey.id}`)).status).toBe(204)
    expect((await logIn(key)).status).toBe(401)
    expect((await session.call('POST', '/api/v1/session/second-step/remove', { password: testPassword })).status).toBe(204)
    const actor = office.users.officer
    expect(await auditOf(passkey.id)).toEqual([
      { action: 'passkey.add', actor, after: null },
      { action: 'session.open', actor, after: { how: 'passkey', passkeyId: passkey.id } },
      { action: 'passkey.remove', actor, after: null }
    ])
  })

  test('is made by who knows the password, with an answer to the own question, once', async () => {
    const [viewer, officer] = [await logInTo(at(office), 'viewer'), await logInTo(at(office), 'officer')]
    expect((await viewer.call('POST', `${path}/options`, { password: 'not the password' })).status).toBe(400)
    const add = async (session: TestSession, question: Asked) => (await session.call('POST', path, { name: 'P', credential: new SoftAuthenticator().make(question) })).status
    const question = await begin(viewer)
    expect(await add(officer, question)).toBe(400)
    expect(await add(viewer, await asked())).toBe(400)
    for (const lie of [{ origin: 'http://office.test.evil.example' }, { rpId: 'evil.example' }, { userVerified: false }]) expect(await add(viewer, { ...question, ...lie })).toBe(400)
    expect([await add(viewer, question), await add(viewer, question)]).toEqual([201, 400])
  })

  test('of somebody else is neither shown nor renamed nor removed', async () => {
    const { passkey } = await withPasskey('viewer')
    const owner = await logInTo(at(office), 'owner')
    expect(await (await owner.call('GET', path)).json()).toEqual({ passkeys: [] })
    expect((await owner.call('PATCH', `${path}/${passkey.id}`, { name: 'Mine' })).status).toBe(404)
    expect((await owner.call('DELETE', `${path}/${passkey.id}`)).status).toBe(404)
  })

  test('goes with the second step when an owner lets somebody in again who lost the phone', async () => {
    const { key, passkey } = await withPasskey('viewer')
    const owner = await logInTo(at(office), 'owner')
    expect((await owner.call('DELETE', `/api/v1/users/${office.users.viewer}/second-step`)).status).toBe(204)
    expect((await logIn(key)).status).toBe(401)
    expect((await auditOf(passkey.id)).at(-1)).toEqual({ action: 'passkey.remove', actor: office.users.owner, after: { userId: office.users.viewer } })
  })
})

describe('a login is refused, with the same words as for a passkey that nobody knows,', () => {
  let key: SoftAuthenticator
  let words: string
  const told = async (response: Response) => {
    const { status, title, code, detail } = (await response.json()) as Record<string, unknown>
    return JSON.stringify({ status, title, code, detail })
  }
  beforeAll(async () => {
    key = (await withPasskey('owner')).key
    words = await told(await logIn(new SoftAuthenticator()))
    expect(words).toContain('unauthenticated')
  })
  const refused = async (response: Response) => expect(await told(response)).toBe(words)

  test('from the page of another origin', async () => {
    await refused(await logIn(key, { origin: 'https://office.test' }))
    await refused(await logIn(key, { origin: 'http://evil.example' }))
    expect((await logIn(key)).status).toBe(200)
  })

  test('for another relying party', async () => refused(await logIn(key, { rpId: 'evil.example' })))

  test('where the person was not verified', async () => refused(await logIn(key, { userVerified: false })))

  test('with a challenge that was used: sent again, signed again, or by many at the same moment', async () => {
    const question = await asked()
    const credential = key.sign(question)
    const send = () => post(office, '', { credential, device: { id: makeId() } })
    const statuses = (await Promise.all([send(), send(), send(), send()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 401, 401, 401])
    await refused(await send())
    await refused(await logIn(key, question))
  })

  test('with a challenge of our own making, of another office, for making passkeys, or too old', async () => {
    await refused(await logIn(key, { challenge: Buffer.alloc(54, 7).toString('base64url') }))
    await refused(await logIn(key, await asked(other)))
    await refused(await logIn(key, await begin(await logInTo(at(office), 'owner'))))
    const late = await asked()
    clock.advance(5 * 60_000 + 1)
    await refused(await logIn(key, late))
  })

  test('when the counter has not gone on: somebody has copied the key', async () => {
    expect((await logIn(key)).status).toBe(200)
    const before = key.counter
    key.counter = before - 1
    await refused(await logIn(key))
    key.counter = before - 2
    await refused(await logIn(key))
    key.counter = before
    expect((await logIn(key)).status).toBe(200)
  })

  test('at another office', async () => {
    const theirs = await withPasskey('owner', other)
    await refused(await logIn(theirs.key))
    await refused(await logIn(key, {}, other))
    expect((await logIn(theirs.key, {}, other)).status).toBe(200)
  })

  test('of another person, by the handle', async () => {
    const credential = { ...key.sign(await asked()), userHandle: Buffer.alloc(32, 1).toString('base64url') }
    await refused(await post(office, '', { credential, device: { id: makeId() } }))
  })

  test('of somebody who was disabled', async () => {
    const { key: his } = await withPasskey('field_worker')
    const owner = await logInTo(at(office), 'owner')
    expect((await owner.call('PATCH', `/api/v1/users/${office.users.field_worker}`, { status: 'disabled' })).status).toBe(200)
    await refused(await logIn(his))
  })
})

test('guesses with one passkey are stopped after ten', async () => {
  const key = new SoftAuthenticator()
  const statuses: number[] = []
  for (let guess = 0; guess < 11; guess += 1) statuses.push((await logIn(key)).status)
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
})
