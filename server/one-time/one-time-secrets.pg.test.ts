import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { asOperator, makeId } from '#server/testing/office-fixture.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createPool, type Pool } from '../postgres/pool.ts'
import { createDatabase, type Database, type Tx } from '../postgres/transaction.ts'
import { createOneTimeSecrets, forgetSecrets, type OneTimeSecrets } from './one-time-secrets.ts'

let database: TestDatabase
let pool: Pool
let app: Database
let office: TestTenant
let other: TestTenant
let clock: TestClock
const secretKey = (text: string) => Buffer.from(text.padEnd(40, '.')).toString('base64url')
const secrets = createOneTimeSecrets([secretKey('a key for the tests of secrets')])

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({ url: database.appUrl, name: 'test', max: 8 })
  app = createDatabase(pool)
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  clock = createTestClock()
})

afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const inOffice = <T>(work: (tx: Tx) => Promise<T>, tenant = office) => app.withTenant({ tenantId: tenant.tenantId }, work)
const minute = 60_000

async function link(purpose = 'door', subject = makeId()): Promise<{ id: string; token: string; subject: string; purpose: string }> {
  const id = makeId()
  const secret = { id, purpose, subject, validMs: 10 * minute, facts: { to: 'asha@example.test' } }
  return { id, subject, purpose, token: await inOffice((tx) => secrets.issueLink(tx, secret, clock.now())) }
}

async function code(subject: string): Promise<string> {
  const id = makeId()
  await inOffice((tx) => secrets.issueCode(tx, { id, purpose: 'login', subject, validMs: 10 * minute }, clock.now()))
  return (await inOffice((tx) => secrets.forMessage(tx, id, clock.now())))?.secret ?? ''
}

const tryCode = (subject: string, given: string, by: OneTimeSecrets = secrets) =>
  inOffice((tx) => by.useCode(tx, { purpose: 'login', subject, code: given }, clock.now()))
const other6 = (right: string) => (right === '000000' ? '000001' : '000000')

describe('a link', () => {
  test('opens its own door, once, and gives back what it was made with', async () => {
    const made = await link()
    const use = (purpose: string, tenant = office) => inOffice((tx) => secrets.useLink(tx, { purpose, token: made.token }, clock.now()), tenant)
    expect(await use('another door')).toBeNull()
    expect(await use('door', other)).toBeNull()
    expect(await use('door')).toEqual({ subject: made.subject, facts: { to: 'asha@example.test' } })
    expect(await use('door')).toBeNull()
  })

  test('used by ten at once, is given to one', async () => {
    const made = await link()
    const uses = await Promise.all(Array.from({ length: 10 }, () => inOffice((tx) => secrets.useLink(tx, made, clock.now()))))
    expect(uses.filter((one) => one !== null)).toHaveLength(1)
  })

  test('stands in no column of the database, nor does the address', async () => {
    const made = await link()
    const row = await asOperator(database, office.tenantId, async (client) =>
      (await client.query<{ text: string }>('select row_to_json(s)::text as text from one_time_secret s where id = $1', [made.id])).rows[0]
    )
    const hex = Buffer.from(made.token, 'base64url').toString('hex')
    for (const secret of [made.token, hex, 'asha', Buffer.from('asha').toString('hex')]) expect(row?.text).not.toContain(secret)
  })

  test('ends with its time, and with a newer one for the same person', async () => {
    const [first, late] = [await link('reset', office.users.officer), await link()]
    const second = await link('reset', office.users.officer)
    expect(await inOffice((tx) => secrets.useLink(tx, first, clock.now()))).toBeNull()
    expect(await inOffice((tx) => secrets.forMessage(tx, first.id, clock.now()))).toBeNull()
    expect(await inOffice((tx) => secrets.useLink(tx, second, clock.now()))).not.toBeNull()
    clock.advance(10 * minute)
    expect(await inOffice((tx) => secrets.useLink(tx, late, clock.now()))).toBeNull()
  })

  test('made with the key before goes on working while that key is accepted, and its message still finds it', async () => {
    const made = await link()
    const rotated = createOneTimeSecrets([secretKey('a younger key'), secretKey('a key for the tests of secrets')])
    const forgotten = createOneTimeSecrets([secretKey('a younger key')])
    expect(await inOffice((tx) => forgotten.useLink(tx, made, clock.now()))).toBeNull()
    expect((await inOffice((tx) => rotated.forMessage(tx, made.id, clock.now())))?.secret).toBe(made.token)
    expect(await inOffice((tx) => rotated.useLink(tx, made, clock.now()))).toEqual({ subject: made.subject, facts: { to: 'asha@example.test' } })
  })
})

describe('a code', () => {
  test('is taken once, of ten at once by one', async () => {
    const right = await code('asha')
    expect(right).toMatch(/^\d{6}$/)
    const uses = await Promise.all(Array.from({ length: 10 }, () => tryCode('asha', right)))
    expect(uses.filter((one) => one.kind === 'right')).toHaveLength(1)
  })

  test('bears five guesses, also when they come at once; then the right one is refused too', async () => {
    const right = await code('ravi')
    const guesses = await Promise.all(Array.from({ length: 8 }, () => tryCode('ravi', other6(right))))
    expect(guesses.filter((one) => one.kind === 'wrong')).toHaveLength(5)
    expect((await tryCode('ravi', right)).kind).toBe('none')
  })

  test('is of no use to another person', async () => {
    const right = await code('leela')
    await code('meena')
    const theirs = await tryCode('meena', right)
    expect(theirs.kind).toBe('wrong')
    expect((await tryCode('leela', right)).kind).toBe('right')
  })
})

test('what ended a day ago is forgotten', async () => {
  const made = await link()
  clock.advance(10 * minute + 86_400_000 + 1)
  const kept = await link()
  await inOffice((tx) => forgetSecrets(tx, clock.now()))
  const rows = await inOffice(async (tx) => (await tx.query<{ id: string }>('select id from one_time_secret')).rows.map((row) => row.id))
  expect(rows).toContain(kept.id)
  expect(rows).not.toContain(made.id)
})

test('an address is a subject that does not tell the address, the same however it is written', () => {
  const subject = secrets.subjectOf(office.tenantId, ' Asha@Example.test ')
  expect(subject).toBe(secrets.subjectOf(office.tenantId, 'asha@example.test'))
  expect(subject).not.toBe(secrets.subjectOf(other.tenantId, 'asha@example.test'))
  expect(subject).not.toContain('asha')
})
