import webPush from 'web-push'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, MessageSummary } from '#shared/messaging/message.ts'
import {
  asOperator,
  commandOf,
  filing,
  makeId,
  makeOffice,
  type OfficeFixture
} from '#server/testing/office-fixture.ts'
import { startPushDouble, type PushDouble } from '#server/testing/providers/push-double.ts'
import { startSmsDouble, type SmsDouble } from '#server/testing/providers/sms-double.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

const keys = webPush.generateVAPIDKeys()

let database: TestDatabase
let redis: TestRedis
let sms: SmsDouble
let service: PushDouble
let server: TestServer
let tenant: TestTenant
let places: OfficeFixture
let officer: TestSession
let worker: TestSession

beforeAll(async () => {
  ;[database, redis, sms, service] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    startSmsDouble(),
    startPushDouble(keys.publicKey)
  ])
  server = await startTestServer({
    database,
    redisUrl: redis.url,
    roles: ['web', 'worker', 'scheduler'],
    environment: {
      SMS_URL: sms.url,
      SMS_TOKEN: sms.token,
      VAPID_SUBJECT: 'mailto:a@office.test',
      VAPID_PUBLIC_KEY: keys.publicKey,
      VAPID_PRIVATE_KEY: keys.privateKey
    }
  })
  tenant = await makeTestTenant(database)
  places = await makeOffice(database, tenant)
  ;[officer, worker] = await Promise.all([logInTo(server.url, 'officer'), logInTo(server.url, 'field_worker')])
})

afterAll(async () => {
  await server?.close()
  await Promise.all([sms?.close(), service?.close(), database?.drop(), redis?.drop()])
})

async function report(phone: string): Promise<string> {
  const reporter = { id: makeId(), name: 'Asha Rao', phone, email: null, language: 'en' as const }
  const command = filing(places, { reporter })
  const body = { protocol: 1, app: 'test', commands: [command], deviceTime: Date.now() }
  const response = await officer.call('POST', '/api/v1/sync/push', body)
  expect(response.status).toBe(200)
  return String(command.args['grievanceId'])
}

async function listed(query = ''): Promise<{ messages: Message[]; next: string | null }> {
  const response = await officer.call('GET', `/api/v1/messages${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as { messages: Message[]; next: string | null }
}

const statusOf = async (subjectId: string) =>
  (await listed()).messages.find((message) => message.subjectId === subjectId)?.status

test('the office sees a failed message with its reason and a masked phone, sends it again, and sees it sent', async () => {
  sms.answers.push(422)
  const subjectId = await report('+919812345678')
  await expect.poll(() => statusOf(subjectId), { timeout: 15_000 }).toBe('failed')
  const { messages } = await listed('?status=failed&channel=sms')
  expect(messages).toHaveLength(1)
  expect(messages[0]).toMatchObject({
    subjectId,
    recipient: '+91 •••••• 5678',
    lastError: 'provider_refused',
    attempt: 1,
    mayRetry: true
  })
  expect(messages[0]!.number).toMatch(/^TAB-/)
  const retried = await officer.call('POST', `/api/v1/messages/${messages[0]!.id}/retry`)
  expect(retried.status).toBe(200)
  await expect.poll(() => statusOf(subjectId), { timeout: 15_000 }).toBe('sent')
  expect((await officer.call('POST', `/api/v1/messages/${messages[0]!.id}/retry`)).status).toBe(409)
  expect((await officer.call('POST', `/api/v1/messages/${makeId()}/retry`)).status).toBe(404)
})

test('the list comes in pages, and the summary counts what it shows', async () => {
  for (const phone of ['+919812345670', '+919812345671', '+919812345672']) await report(phone)
  const first = await listed('?limit=2')
  expect(first.messages).toHaveLength(2)
  const second = await listed(`?limit=2&before=${first.next}`)
  const ids = [...first.messages, ...second.messages].map(({ id }) => id)
  expect(new Set(ids).size).toBe(4)
  expect(ids).toEqual([...ids].sort().reverse())
  const response = await officer.call('GET', '/api/v1/messages/summary')
  const summary = (await response.json()) as MessageSummary
  expect(Object.values(summary.counts).reduce((sum, count) => sum + count, 0)).toBe((await listed()).messages.length)
  expect(summary.providers).toEqual({ email: false, sms: true, push: true })
})

test('a phone subscribes and ends it; what is no push address is refused by field', async () => {
  const call = (method: string, body?: unknown) => worker.call(method, '/api/v1/push-subscriptions', body)
  const subscriptions = () =>
    asOperator(
      database,
      tenant.tenantId,
      async (client) => (await client.query('select user_id, endpoint from push_subscription')).rows as unknown[]
    )
  expect((await call('POST', service.subscription)).status).toBe(204)
  expect((await call('POST', service.subscription)).status).toBe(204)
  expect(await subscriptions()).toEqual([
    { user_id: tenant.users.field_worker, endpoint: service.subscription.endpoint }
  ])
  const wrong = await call('POST', {
    endpoint: 'http://push.example.org/x',
    p256dh: 'short',
    auth: service.subscription.auth
  })
  expect(wrong.status).toBe(400)
  const problem = (await wrong.json()) as { errors: { path: string }[] }
  expect(problem.errors.map(({ path: field }) => field).sort()).toEqual(['endpoint', 'p256dh'])
  expect((await call('DELETE')).status).toBe(204)
  expect(await subscriptions()).toEqual([])
})

test('what a push service would answer is counted without naming anyone, and the queues are measured', async () => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toMatch(/messages_settled_total\{channel="sms",class="transactional",status="sent"\} [1-9]/)
  expect(metrics).toMatch(/^queue_depth \d+$/m)
  expect(metrics).toMatch(/^outbox_unrelayed_age_seconds \d/m)
  expect(metrics).not.toMatch(/98123|Asha|office-/)
})

test('a step that a command took stands in the timeline of the feed with its message', async () => {
  const subjectId = await report('+919812399999')
  await expect.poll(() => statusOf(subjectId), { timeout: 15_000 }).toBe('sent')
  const step = commandOf('grievance.step', { grievanceId: subjectId, action: 'accept' })
  await officer.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands: [step],
    deviceTime: Date.now()
  })
  const events = await asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query<{ wire: string }>(
      `select wire from sync_document where type = 'grievance_event' and wire like '%' || $1 || '%'`,
      [subjectId]
    )
    return rows.map(({ wire }) => (JSON.parse(wire) as { event: string }).event).sort()
  })
  expect(events).toEqual(['grievance.accepted', 'grievance.filed', 'message.sent'])
})

test('field workers and other offices see none of it', async () => {
  const { messages } = await listed()
  expect((await worker.call('GET', '/api/v1/messages')).status).toBe(403)
  expect((await worker.call('POST', `/api/v1/messages/${messages[0]!.id}/retry`)).status).toBe(403)
  const other = await makeTestTenant(database)
  const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'officer')
  const theirs = (await (await stranger.call('GET', '/api/v1/messages')).json()) as { messages: Message[] }
  expect(theirs.messages).toEqual([])
  expect((await stranger.call('POST', `/api/v1/messages/${messages[0]!.id}/retry`)).status).toBe(404)
})
