import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProblemBody } from '#shared/errors.ts'
import type { SecondStepSetup } from '#shared/identity/second-step.ts'
import type { User } from '#shared/identity/user.ts'
import { mailsTo } from '#server/testing/messaging/mailbox.ts'
import { asOperator, makeId } from '#server/testing/office-fixture.ts'
import { startSmtpDouble, type SmtpDouble } from '#server/testing/providers/smtp-double.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { stepAt, totpCode } from './totp.ts'

let database: TestDatabase
let redis: TestRedis
let smtp: SmtpDouble
let clock: TestClock
let server: TestServer
let office: TestTenant
let url: string
let people = 0

beforeAll(async () => {
  ;[database, redis, smtp] = await Promise.all([createTestDatabase(), createTestRedis(), startSmtpDouble()])
  office = await makeTestTenant(database)
  clock = createTestClock()
  const environment = { SMTP_URL: smtp.url, MAIL_FROM: 'Office <office@office.test>', PUBLIC_URL: 'http://office.test' }
  server = await startTestServer({ database, redisUrl: redis.url, environment, roles: ['web', 'worker', 'scheduler'], deps: { clock } })
  url = `${server.url}/o/${office.slug}`
})

afterAll(async () => {
  await server?.close()
  await Promise.all([smtp?.close(), database?.drop(), redis?.drop()])
})

const path = '/api/v1/session/second-step'
const nextCode = (secret: Uint8Array) => {
  clock.advance(30_000)
  return totpCode(secret, stepAt(clock.now()))
}

async function person(): Promise<{ id: string; login: string; email: string; session: TestSession }> {
  people += 1
  const [login, email] = [`steps-${people}`, `steps-${people}@example.test`]
  const owner = await logInTo(url, 'owner')
  const made = await owner.call('POST', '/api/v1/users', { login, name: 'S', role: 'officer', language: 'en', email, password: testPassword })
  return { id: ((await made.json()) as User).id, login, email, session: await logInTo(url, login) }
}

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}

/** How the person came in, as the audit says it. */
const howOf = (id: string) =>
  asOperator(database, office.tenantId, async (client) => {
    const { rows } = await client.query<{ after: unknown }>(`select after from audit_entry where action = 'session.open' and actor_id = $1 order by id`, [id])
    return rows.map(({ after }) => after)
  })

async function withApp() {
  const one = await person()
  const setup = (await (await one.session.call('POST', path, { kind: 'totp', password: testPassword })).json()) as SecondStepSetup
  const secret = fromBase32(setup.secret ?? '')
  const code = nextCode(secret)
  const confirmed = await one.session.call('POST', `${path}/confirm`, { code })
  expect(confirmed.status).toBe(200)
  const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] }
  return { ...one, setup, secret, confirmedWith: code, recoveryCodes }
}

async function logIn(login: string, code?: string, password = testPassword): Promise<{ status: number; asks: string | undefined }> {
  const body = JSON.stringify({ login, password, code, device: { id: makeId() } })
  const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const problem = (await answer.json()) as ProblemBody
  return { status: answer.status, asks: problem.errors?.find((error) => error.path === 'code')?.message }
}

describe('codes of an app', () => {
  test('are asked for once it was shown that they work, and never before the password was right', async () => {
    const one = await person()
    await one.session.call('POST', path, { kind: 'totp', password: testPassword })
    expect((await one.session.call('POST', `${path}/confirm`, { code: '000000' })).status).toBe(400)
    expect(await logIn(one.login)).toEqual({ status: 200, asks: undefined })
    const two = await withApp()
    expect(await logIn(two.login)).toEqual({ status: 401, asks: 'Needed' })
    expect(await logIn(two.login, nextCode(two.secret), 'not the password')).toEqual({ status: 401, asks: undefined })
    expect(await logIn(two.login, '000000')).toEqual({ status: 401, asks: 'Not right' })
    expect((await logIn(two.login, nextCode(two.secret))).status).toBe(200)
    expect(await howOf(two.id)).toEqual([{ how: 'password' }, { how: 'password and second step' }])
  })

  test('let in once: neither the code of the confirmation nor that of a login works again', async () => {
    const one = await withApp()
    expect((await logIn(one.login, one.confirmedWith)).status).toBe(401)
    const code = nextCode(one.secret)
    expect([(await logIn(one.login, code)).status, (await logIn(one.login, code)).status]).toEqual([200, 401])
    expect((await logIn(one.login, totpCode(one.secret, stepAt(clock.now()) - 1))).status).toBe(401)
  })

  test('used by five at the same moment, one lets in', async () => {
    const one = await withApp()
    const code = nextCode(one.secret)
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(one.login, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
  })

  test('are guessed ten times, then even the right one has to wait', async () => {
    const one = await withApp()
    const statuses: number[] = []
    for (let guess = 0; guess < 9; guess += 1) statuses.push((await logIn(one.login, String(guess).padStart(6, '0'))).status)
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect((await logIn(one.login, '999999')).status).toBe(401)
    expect((await logIn(one.login, nextCode(one.secret))).status).toBe(429)
  })

  test('their secret is sealed at rest, and no recovery code stands in the database', async () => {
    const one = await withApp()
    const text = await asOperator(database, office.tenantId, async (client) => {
      const { rows } = await client.query<{ text: string }>(
        `select row_to_json(s)::text as text from second_step s where user_id = $1 union all select row_to_json(r)::text from recovery_code r where user_id = $1`,
        [one.id]
      )
      return rows.map((row) => row.text).join()
    })
    expect(text).not.toContain(one.secret.toString('hex'))
    expect(text).not.toContain(Buffer.from(one.secret.toString('base64')).toString('hex'))
    expect(text).not.toContain(Buffer.from(one.recoveryCodes[0] ?? '').toString('hex'))
  })
})

describe('without the phone', () => {
  test('each of ten recovery codes lets in once, however it is written, also at the same moment', async () => {
    const one = await withApp()
    expect(new Set(one.recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = one.recoveryCodes
    expect((await logIn(one.login, first.toLowerCase().replace('-', ' '))).status).toBe(200)
    expect((await logIn(one.login, first)).status).toBe(401)
    const answers = await Promise.all([logIn(one.login, second), logIn(one.login, second), logIn(one.login, second)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    const { recoveryCodesLeft } = (await (await one.session.call('GET', path)).json()) as { recoveryCodesLeft: number }
    expect(recoveryCodesLeft).toBe(8)
  })

  test('codes of one person are nothing to another', async () => {
    const [one, two] = [await withApp(), await withApp()]
    expect((await logIn(one.login, two.recoveryCodes[0])).status).toBe(401)
  })

  test('an owner takes the second step away; a person himself only with the password; an officer not at all', async () => {
    const [one, owner, officer] = [await withApp(), await logInTo(url, 'owner'), await logInTo(url, 'officer')]
    expect((await one.session.call('POST', `${path}/remove`, { password: 'not mine' })).status).toBe(400)
    expect((await one.session.call('POST', path, { kind: 'email', password: testPassword })).status).toBe(409)
    expect((await officer.call('DELETE', `/api/v1/users/${one.id}/second-step`)).status).toBe(403)
    expect((await logIn(one.login)).status).toBe(401)
    expect((await owner.call('DELETE', `/api/v1/users/${one.id}/second-step`)).status).toBe(204)
    expect((await logIn(one.login)).status).toBe(200)
    expect((await logIn(one.login, one.recoveryCodes[0])).status).toBe(200)
  })
})

test('codes by e-mail are sent after a right password only, and let in once', async () => {
  const one = await person()
  const mail = (count: number) => expect.poll(() => mailsTo(smtp, one.email).length, { timeout: 15_000, interval: 50 }).toBe(count)
  const lastCode = () => /\b(\d{6})\b/.exec(mailsTo(smtp, one.email).at(-1) ?? '')?.[1] ?? ''
  expect((await one.session.call('POST', path, { kind: 'email', password: testPassword })).status).toBe(200)
  await mail(1)
  expect((await one.session.call('POST', `${path}/confirm`, { code: lastCode() })).status).toBe(200)
  await logIn(one.login, undefined, 'not the password')
  expect(await logIn(one.login)).toEqual({ status: 401, asks: 'Sent by e-mail' })
  await mail(2)
  const code = lastCode()
  const answers = await Promise.all([logIn(one.login, code), logIn(one.login, code)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  expect(mailsTo(smtp, one.email)).toHaveLength(2)
})
