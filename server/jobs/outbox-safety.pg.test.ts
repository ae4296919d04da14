import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { actorOf, openMessagingOffice, outboxOf, type MessagingOffice } from '#server/testing/messaging/messaging-office.ts'
import { asOperator, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { startSmsDouble, type SmsDouble } from '#server/testing/providers/sms-double.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import type { SendOutcome } from '../ports/send-outcome.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import type { OutboxHandler } from './outbox-message.ts'
import { redrive } from './outbox.ts'
import { sendMessage, type SendDeps } from './worker.ts'

let database: TestDatabase
let redis: TestRedis
let sms: SmsDouble
let office: MessagingOffice
let tenant: TestTenant
let places: OfficeFixture
let phones = 0

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  tenant = await makeTestTenant(database)
  places = await makeOffice(database, tenant)
})

afterAll(async () => {
  await Promise.all([database?.drop(), redis?.drop()])
})

beforeEach(async () => {
  sms = await startSmsDouble()
  office = openMessagingOffice(database, redis.url, { environment: { SMS_URL: sms.url, SMS_TOKEN: sms.token } })
})

afterEach(async () => {
  await office.close()
  await sms.close()
})

/** Reports that each owe one SMS; resolves to their ids. */
async function report(count: number): Promise<string[]> {
  const commands = Array.from({ length: count }, () => {
    phones += 1
    const phone = `+91${7_000_000_000 + phones * 1_000_000}`
    return filing(places, { reporter: { id: makeId(), name: null, phone, email: null, language: 'en' } })
  })
  await office.execute(actorOf(tenant, 'owner'), ...commands)
  return commands.map((command) => String(command.args['grievanceId']))
}

const messageOf = async (grievanceId: string) => (await outboxOf(database, tenant, grievanceId))[0]!

const ends = (grievanceId: string, expected: Record<string, unknown>) =>
  expect.poll(() => messageOf(grievanceId), { timeout: 15_000, interval: 50 }).toMatchObject(expected)

const operate = (sql: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, (client) => client.query(sql, values))

const asPerson = <T>(work: Parameters<MessagingOffice['platform']['database']['withTenant']>[1]) =>
  office.platform.database.withTenant({ tenantId: tenant.tenantId }, work) as Promise<T>

/** A worker of this process with a provider made for the test. */
function workerWith(send: () => Promise<SendOutcome>): SendDeps {
  const handler: OutboxHandler = {
    prepare: async () => ({ kind: 'send', provider: 'test', send }),
    settled: async () => null,
    mayRepeat: () => false
  }
  const { database: db, clock } = office.platform
  return {
    database: db,
    handler,
    breaker: createCircuitBreaker(clock),
    backoff: { baseMs: 10, capMs: 10 },
    onSettled: () => undefined
  }
}

test('a worker that dies between claim and answer leaves a message for a person, never one that is sent twice', async () => {
  const [grievanceId] = await report(1)
  const message = await messageOf(grievanceId!)
  let calls = 0
  const dead = workerWith(() => {
    calls += 1
    return new Promise(() => undefined)
  })
  void sendMessage(dead, { tenantId: tenant.tenantId, id: message.id, turn: 1 })
  await ends(grievanceId!, { status: 'sending', attempt: 1 })
  await operate(`update outbox set lease_until = now() - interval '1 second' where id = $1`, [message.id])
  await office.start('scheduler', 'worker')
  await ends(grievanceId!, { status: 'unknown', last_error: 'interrupted', attempt: 1 })
  const [other] = await report(1)
  await ends(other!, { status: 'sent' })
  expect({ calls, posts: sms.posts.filter((post) => post.reference === message.id).length }).toEqual({
    calls: 1,
    posts: 0
  })

  expect(await asPerson((tx) => redrive(tx, message.id, 3))).toBe(true)
  await ends(grievanceId!, { status: 'sent', attempt: 2 })
})

test('a worker process that is killed while the provider holds its call leaves one message and no second call', async () => {
  const environment = { SMS_URL: sms.url, SMS_TOKEN: sms.token }
  const script = fileURLToPath(new URL('../testing/messaging/messaging-worker.ts', import.meta.url))
  const args = [JSON.stringify(database), redis.url, JSON.stringify(environment)]
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: 'ignore' })
  await office.start('scheduler')
  sms.answers.push('hang')
  const [grievanceId] = await report(1)
  await expect.poll(() => sms.posts.length, { timeout: 30_000 }).toBe(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await office.start('worker')
  await operate(`update outbox set lease_until = now() - interval '1 second' where subject_id = $1`, [grievanceId])
  await ends(grievanceId!, { status: 'unknown', last_error: 'interrupted', attempt: 1 })
  const [other] = await report(1)
  await ends(other!, { status: 'sent' })
  expect(sms.posts.filter((post) => post.reference === sms.posts[0]!.reference)).toHaveLength(1)
})

test('a provider that takes the message and breaks off is not asked again', async () => {
  await office.start('scheduler', 'worker')
  sms.answers.push('drop')
  const [grievanceId] = await report(1)
  await ends(grievanceId!, { status: 'unknown', last_error: 'no_answer', attempt: 1 })
  const [other] = await report(1)
  await ends(other!, { status: 'sent' })
  expect(sms.posts).toHaveLength(2)
})

test('of twenty workers that reach for one message at the same moment, one sends it', async () => {
  const [grievanceId] = await report(1)
  const { id } = await messageOf(grievanceId!)
  let calls = 0
  const deps = workerWith(async () => {
    calls += 1
    return { kind: 'accepted', providerRef: null }
  })
  await Promise.all(Array.from({ length: 20 }, () => sendMessage(deps, { tenantId: tenant.tenantId, id, turn: 1 })))
  expect(calls).toBe(1)
  await ends(grievanceId!, { status: 'sent', attempt: 1 })
})

test('two schedulers and two workers deliver each message once', async () => {
  const second = openMessagingOffice(database, redis.url, { environment: { SMS_URL: sms.url, SMS_TOKEN: sms.token } })
  await Promise.all([office.start('scheduler', 'worker'), second.start('scheduler', 'worker')])
  const reports = await report(25)
  for (const grievanceId of reports) await ends(grievanceId, { status: 'sent', attempt: 1 })
  expect(sms.posts).toHaveLength(25)
  expect(sms.phones.size).toBe(25)
  await second.close()
})

test('Redis loses everything while messages wait in it: all are delivered, each once', async () => {
  await office.start('scheduler')
  const reports = await report(10)
  await expect
    .poll(async () =>
      Number(
        (await operate(`select count(*) from outbox where status = 'queued' and relayed_at is null`)).rows[0].count
      )
    )
    .toBe(0)
  await emptyRedis()
  await office.start('worker')
  for (const grievanceId of reports) await ends(grievanceId, { status: 'sent', attempt: 1 })
  await emptyRedis()
  const [later] = await report(1)
  await ends(later!, { status: 'sent' })
  expect(sms.posts).toHaveLength(11)
  expect(sms.phones.size).toBe(11)
})

async function emptyRedis(): Promise<void> {
  const client = new Redis(redis.url)
  await client.flushdb()
  client.disconnect()
}

test('a provider that fails once is asked again: one message, two attempts on record', async () => {
  await office.start('scheduler', 'worker')
  sms.answers.push(500)
  const [grievanceId] = await report(1)
  await ends(grievanceId!, { status: 'sent', attempt: 2, provider_ref: 'provider-2' })
  expect(sms.phones.size).toBe(1)
  expect(new Set(sms.posts.map((post) => post.reference)).size).toBe(1)
  const { rows } = await operate('select outcome, error from outbox_attempt where message_id = $1 order by attempt', [
    (await messageOf(grievanceId!)).id
  ])
  expect(rows).toEqual([
    { outcome: 'retry', error: 'provider_failed' },
    { outcome: 'accepted', error: null }
  ])
})

test('a refused message stays visible as failed, and goes out when a person sends it again', async () => {
  await office.start('scheduler', 'worker')
  sms.answers.push(422)
  const [grievanceId] = await report(1)
  await ends(grievanceId!, { status: 'failed', last_error: 'provider_refused', attempt: 1 })
  const { id } = await messageOf(grievanceId!)
  expect(await asPerson((tx) => redrive(tx, id, 3))).toBe(true)
  await ends(grievanceId!, { status: 'sent', attempt: 2, last_error: null })
  expect(await asPerson((tx) => redrive(tx, id, 3))).toBe(false)
  expect(sms.phones.size).toBe(1)
})

test('a message whose attempts are used up fails; without a provider it fails at once and goes out after one is set up', async () => {
  await operate('alter table outbox alter column attempt_limit set default 2')
  const away = openMessagingOffice(database, redis.url, { environment: { SMS_URL: 'http://127.0.0.1:1/' } })
  await away.start('scheduler', 'worker')
  const [grievanceId] = await report(1)
  await operate('alter table outbox alter column attempt_limit set default 6')
  await ends(grievanceId!, { status: 'failed', last_error: 'unreachable', attempt: 2 })
  await away.close()

  const bare = openMessagingOffice(database, redis.url)
  await bare.start('scheduler', 'worker')
  const [second] = await report(1)
  await ends(second!, { status: 'failed', last_error: 'no_provider', attempt: 0 })
  await bare.close()

  await office.start('scheduler', 'worker')
  for (const one of [grievanceId!, second!]) {
    const { id } = await messageOf(one)
    await asPerson((tx) => redrive(tx, id, 3))
    await ends(one, { status: 'sent' })
  }
})

test('what waited too long is not sent any more', async () => {
  const [grievanceId] = await report(1)
  await operate(`update outbox set expires_at = now() where subject_id = $1`, [grievanceId])
  await office.start('scheduler', 'worker')
  await ends(grievanceId!, { status: 'cancelled', last_error: 'expired', attempt: 0 })
  expect(sms.posts).toEqual([])
})

test('the status of a message never falls, whoever writes', async () => {
  await office.start('scheduler', 'worker')
  const [grievanceId] = await report(1)
  await ends(grievanceId!, { status: 'sent' })
  await expect(operate(`update outbox set status = 'queued' where subject_id = $1`, [grievanceId])).rejects.toThrow(
    'never falls'
  )
  expect(await messageOf(grievanceId!)).toMatchObject({ status: 'sent' })
})

test('the relay role sees ids of every tenant and neither recipients nor content', async () => {
  const [grievanceId] = await report(1)
  const { id } = await messageOf(grievanceId!)
  const relay = office.platform.pools.relay
  expect((await relay.query('select id from outbox where id = $1', [id])).rowCount).toBe(1)
  for (const column of ['recipient_id', 'params', 'subject_id', 'topic']) {
    await expect(relay.query(`select ${column} from outbox`)).rejects.toThrow('permission denied')
  }
  await expect(relay.query(`update outbox set status = 'sent'`)).rejects.toThrow('permission denied')
  await expect(relay.query('select * from reporter_contact')).rejects.toThrow('permission denied')
})
