import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PasswordLink, UserLink } from '#shared/identity/account.ts'
import type { User } from '#shared/identity/user.ts'
import { mailsTo, tokenIn } from '#server/testing/messaging/mailbox.ts'
import { asOperator, beginAsOperator } from '#server/testing/office-fixture.ts'
import { startSmtpDouble, type SmtpDouble } from '#server/testing/providers/smtp-double.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let smtp: SmtpDouble
let clock: TestClock
let server: TestServer
let office: TestTenant
let other: TestTenant
let url: string
let owner: TestSession
let people = 0

beforeAll(async () => {
  ;[database, redis, smtp] = await Promise.all([createTestDatabase(), createTestRedis(), startSmtpDouble()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  clock = createTestClock()
  const environment = { SMTP_URL: smtp.url, MAIL_FROM: 'Office <office@office.test>', PUBLIC_URL: 'http://office.test' }
  server = await startTestServer({ database, redisUrl: redis.url, environment, roles: ['web', 'worker', 'scheduler'], deps: { clock } })
  url = `${server.url}/o/${office.slug}`
  owner = await logInTo(url, 'owner')
})

afterAll(async () => {
  await server?.close()
  await Promise.all([smtp?.close(), database?.drop(), redis?.drop()])
})

const post = (path: string, body: unknown, at = url) =>
  fetch(`${at}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
const choose = (token: string, password: string, at = url) => post('/api/v1/password-links/use', { token, password }, at)
const forget = (login: string) => post('/api/v1/password-links', { login })
const logIn = async (login: string, password: string) =>
  (await post('/api/v1/session', { login, password, device: { id: '019a0000-0000-7000-8000-000000000001' } })).status

async function add(more: object = {}): Promise<User & { email: string }> {
  people += 1
  const email = `person-${people}@example.test`
  const made = await owner.call('POST', '/api/v1/users', { login: `person-${people}`, name: `Person ${people}`, role: 'officer', language: 'en', email, ...more })
  expect(made.status).toBe(201)
  return (await made.json()) as User & { email: string }
}

async function link(user: User, send = false): Promise<UserLink & { status: number; token: string }> {
  const answer = await owner.call('POST', `/api/v1/users/${user.id}/link`, { send })
  const body = (await answer.json()) as UserLink
  return { ...body, status: answer.status, token: tokenIn(body.path ?? '') }
}

const mail = (address: string, count = 1) => expect.poll(() => mailsTo(smtp, address).length, { timeout: 15_000, interval: 50 }).toBe(count)

describe('an invitation', () => {
  test('goes out by e-mail, lets the person choose a password, and works once', async () => {
    const person = await add()
    expect([person.hasPassword, await logIn(person.login, testPassword)]).toEqual([false, 401])
    const asked = await link(person, true)
    expect([asked.status, asked.path]).toEqual([201, null])
    await mail(person.email)
    const [text = ''] = mailsTo(smtp, person.email)
    expect(text).toContain(`http://office.test/o/${office.slug}/admin/password#`)
    const token = tokenIn(text)
    const read = (await (await post('/api/v1/password-links/read', { token })).json()) as PasswordLink
    expect(read).toEqual({ isFirst: true, name: person.name, login: person.login, app: 'admin' })
    expect((await choose(token, 'short')).status).toBe(400)
    expect((await choose(token, 'my own pass phrase', `${server.url}/o/${other.slug}`)).status).toBe(410)
    expect((await choose(token, 'my own pass phrase')).status).toBe(204)
    expect(await logIn(person.login, 'my own pass phrase')).toBe(200)
    expect((await choose(token, 'another pass phrase')).status).toBe(410)
    expect(await logIn(person.login, 'my own pass phrase')).toBe(200)
  })

  test('can be handed over instead, ends after seven days, and a newer one ends the one before', async () => {
    const person = await add({ role: 'field_worker', email: null })
    expect((await link(person, true)).status).toBe(409)
    const [first, second] = [await link(person), await link(person)]
    expect((await choose(first.token, 'my own pass phrase')).status).toBe(410)
    clock.advance(7 * 86_400_000 + 1)
    owner = await logInTo(url, 'owner')
    expect((await choose(second.token, 'my own pass phrase')).status).toBe(410)
    const third = await link(person)
    const read = (await (await post('/api/v1/password-links/read', { token: third.token })).json()) as PasswordLink
    expect(read.app).toBe('field')
    expect((await choose(third.token, 'my own pass phrase')).status).toBe(204)
  })

  test('of ten uses at once one wins, and its password is the one', async () => {
    const person = await add()
    const { token } = await link(person)
    const passwords = Array.from({ length: 10 }, (_one, index) => `pass phrase number ${index}`)
    const answers = await Promise.all(passwords.map(async (password) => ({ password, status: (await choose(token, password)).status })))
    const won = answers.filter((answer) => answer.status === 204)
    expect(won).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 410)).toHaveLength(9)
    expect(await logIn(person.login, won[0]?.password ?? '')).toBe(200)
  })

  test('is for those who manage people, and of no use to somebody disabled meanwhile', async () => {
    const person = await add()
    const officer = await logInTo(url, 'officer')
    expect((await officer.call('POST', `/api/v1/users/${person.id}/link`, { send: false })).status).toBe(403)
    const { token } = await link(person)
    await owner.call('PATCH', `/api/v1/users/${person.id}`, { status: 'disabled' })
    expect((await choose(token, 'my own pass phrase')).status).toBe(410)
  })
})

describe('a forgotten password', () => {
  test('is answered for alike, whoever asks and before anybody has looked', async () => {
    const person = await add({ password: testPassword })
    const blocker = await beginAsOperator(database, office.tenantId)
    await blocker.query('lock table user_account in access exclusive mode')
    const [known, unknown] = await Promise.all([forget(person.login), forget('nobody-here')])
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()])
    expect(known.status).toBe(204)
    await blocker.query('commit')
    await blocker.end()
    await mail(person.email)
  })

  test('is found by login or address, lets in with a new one, and ends every session and every other link', async () => {
    const person = await add({ password: testPassword })
    const handed = await link(person)
    const [phone, desktop] = [await logInTo(url, person.login), await logInTo(url, person.login)]
    await forget(person.login)
    await mail(person.email)
    await forget(person.email.toUpperCase())
    await mail(person.email, 2)
    const [first = '', second = ''] = mailsTo(smtp, person.email).map(tokenIn)
    expect((await choose(first, 'a new pass phrase')).status).toBe(410)
    expect(await logIn(person.login, testPassword)).toBe(200)
    expect((await choose(second, 'a new pass phrase')).status).toBe(204)
    for (const session of [phone, desktop]) expect((await session.call('GET', '/api/v1/session')).status).toBe(401)
    expect((await choose(handed.token, 'the thief would like this')).status).toBe(410)
    expect([await logIn(person.login, testPassword), await logIn(person.login, 'a new pass phrase')]).toEqual([401, 200])
  })

  test('fills nobody’s mailbox: three mails an hour', async () => {
    const person = await add({ password: testPassword })
    for (let asked = 1; asked <= 5; asked += 1) {
      expect((await forget(person.login)).status).toBe(204)
      await mail(person.email, Math.min(asked, 3))
    }
    const last = await add({ password: testPassword })
    await forget(last.login)
    await mail(last.email)
    expect(mailsTo(smtp, person.email)).toHaveLength(3)
  })

  test('leaves no token in the outbox', async () => {
    const person = await add({ password: testPassword })
    await forget(person.login)
    await mail(person.email)
    const token = tokenIn(mailsTo(smtp, person.email)[0] ?? '')
    const rows = await asOperator(database, office.tenantId, async (client) =>
      (await client.query<{ text: string }>('select row_to_json(o)::text as text from outbox o where subject_id = $1', [person.id])).rows
    )
    expect(rows).toHaveLength(1)
    for (const secret of [token, person.email]) expect(rows[0]?.text).not.toContain(secret)
  })
})

describe('the own e-mail address', () => {
  test('changes once it was confirmed at the new one; the former is told; links sent there end', async () => {
    const person = await add({ password: testPassword })
    const session = await logInTo(url, person.login)
    const next = `new-${person.email}`
    expect((await session.call('POST', '/api/v1/session/email', { email: next, password: 'not mine at all' })).status).toBe(400)
    await forget(person.login)
    await mail(person.email)
    const reset = tokenIn(mailsTo(smtp, person.email)[0] ?? '')
    expect((await session.call('POST', '/api/v1/session/email', { email: next, password: testPassword })).status).toBe(204)
    await mail(next)
    await mail(person.email, 2)
    expect(tokenIn(mailsTo(smtp, person.email)[1] ?? '')).toBe('')
    const addressNow = async () => ((await (await owner.call('GET', '/api/v1/users')).json()) as { users: User[] }).users.find(({ id }) => id === person.id)?.email
    expect(await addressNow()).toBe(person.email)
    const token = tokenIn(mailsTo(smtp, next)[0] ?? '')
    expect((await choose(token, 'a link for another door')).status).toBe(410)
    expect((await post('/api/v1/email-links/use', { token })).status).toBe(204)
    expect(await addressNow()).toBe(next)
    expect((await post('/api/v1/email-links/use', { token })).status).toBe(410)
    expect((await choose(reset, 'whoever has the old mailbox')).status).toBe(410)
  })
})
