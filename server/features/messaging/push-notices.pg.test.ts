import { randomBytes } from 'node:crypto'
import webPush from 'web-push'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { actorOf, openMessagingOffice, outboxOf, type MessagingOffice } from '#server/testing/messaging/messaging-office.ts'
import {
  asOperator,
  commandOf,
  filing,
  makeId,
  makeOffice,
  type OfficeFixture
} from '#server/testing/office-fixture.ts'
import { startPushDouble, type PushDouble } from '#server/testing/providers/push-double.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { vapidKeyId } from '../../ports/adapters/web-push-sender.ts'
import { saveSubscription } from './push-subscription-store.ts'

const keys = webPush.generateVAPIDKeys()

let database: TestDatabase
let redis: TestRedis
let service: PushDouble
let office: MessagingOffice
let tenant: TestTenant
let places: OfficeFixture

beforeAll(async () => {
  ;[database, redis, service] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    startPushDouble(keys.publicKey)
  ])
  const environment = {
    VAPID_SUBJECT: 'mailto:office@office.test',
    VAPID_PUBLIC_KEY: keys.publicKey,
    VAPID_PRIVATE_KEY: keys.privateKey
  }
  office = openMessagingOffice(database, redis.url, { environment, messaging: { pushAgent: service.agent } })
  tenant = await makeTestTenant(database)
  places = await makeOffice(database, tenant)
  await asOperator(database, tenant.tenantId, async (client) => {
    await client.query(`update user_account set language = 'hi' where login = 'field_worker'`)
    await client.query(`update category set names = '{"hi": "सड़क का गड्ढा"}'`)
  })
  await office.start('scheduler', 'worker')
})

afterAll(async () => {
  await office?.close()
  await Promise.all([service?.close(), database?.drop(), redis?.drop()])
})

beforeEach(() => {
  service.taken.length = 0
  service.limit = 4096
})

/** A person's device subscribes as the browser would, the worker's unless said; resolves to the id of the subscription. */
async function subscribe(keyOf = keys.publicKey, userId = tenant.users.field_worker): Promise<string> {
  const [id, deviceId] = [makeId(), makeId()]
  await office.platform.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    await tx.query('delete from push_subscription')
    await tx.query('insert into device (tenant_id, id, user_id) values ($1, $2, $3)', [tx.tenantId, deviceId, userId])
    await saveSubscription(tx, { id, userId, deviceId, ...service.subscription, vapidKeyId: vapidKeyId(keyOf) })
  })
  return id
}

async function assignTo(assigneeId: string) {
  const command = filing(places, { description: 'Asha Rao of Lake Road 12 complains' })
  const grievanceId = String(command.args['grievanceId'])
  const verdicts = await office.execute(actorOf(tenant, 'officer'), command)
  const assign = commandOf('grievance.step', { grievanceId, action: 'assign', assigneeId })
  verdicts.push(...(await office.execute(actorOf(tenant, 'officer'), assign)))
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['applied', 'applied'])
  return { grievanceId, number: String(command.args['number']) }
}

const ends = (grievanceId: string, expected: Record<string, unknown>[]) =>
  expect.poll(() => outboxOf(database, tenant, grievanceId), { timeout: 15_000, interval: 50 }).toMatchObject(expected)

const subscriptionExists = (id: string) =>
  asOperator(
    database,
    tenant.tenantId,
    async (client) => (await client.query('select 1 from push_subscription where id = $1', [id])).rowCount === 1
  )

test('an assignment reaches the worker signed, encrypted, in her language, and without a word about the citizen', async () => {
  await subscribe()
  const { grievanceId, number } = await assignTo(tenant.users.field_worker)
  await ends(grievanceId, [{ channel: 'push', topic: 'grievance.assigned', status: 'sent', attempt: 1 }])
  expect(service.complaints).toEqual([])
  expect(service.taken).toHaveLength(1)
  const [push] = service.taken
  expect(push!.notice).toEqual({
    title: 'आपके लिए नया मामला',
    body: `सड़क का गड्ढा · ${number}`,
    url: `/field/cases/${grievanceId}`,
    tag: `case-${grievanceId}`,
    recordId: grievanceId
  })
  expect(push!.claims.sub).toBe('mailto:office@office.test')
  expect(push!.headers).toMatchObject({ ttl: '86400', urgency: 'high', topic: grievanceId.replaceAll('-', '') })
  expect(push!.bytes).toBeLessThanOrEqual(4096)
})

test('a subscription that has ended is forgotten, and the office sees why nothing arrived', async () => {
  const id = await subscribe()
  service.refusals.push(410)
  const { grievanceId } = await assignTo(tenant.users.field_worker)
  await ends(grievanceId, [{ status: 'failed', last_error: 'recipient_gone', attempt: 1 }])
  expect(await subscriptionExists(id)).toBe(false)
  expect(service.taken).toEqual([])
})

test('a push service that is busy is asked again, and takes it once', async () => {
  await subscribe()
  service.refusals.push(429, 503)
  const { grievanceId } = await assignTo(tenant.users.field_worker)
  await ends(grievanceId, [{ status: 'sent', attempt: 3 }])
  expect(service.taken).toHaveLength(1)
})

test('where the service finds it too large, a thin notice goes instead', async () => {
  await subscribe()
  service.refusals.push(413)
  const { grievanceId } = await assignTo(tenant.users.field_worker)
  await ends(grievanceId, [{ status: 'sent' }])
  expect(service.taken[0]!.notice).toMatchObject({ title: 'आपके लिए नया मामला', body: '', recordId: grievanceId })
})

test('a subscription made with an older server key is not used', async () => {
  const id = await subscribe(webPush.generateVAPIDKeys().publicKey)
  const { grievanceId } = await assignTo(tenant.users.field_worker)
  await ends(grievanceId, [{ status: 'failed', last_error: 'old_push_key' }])
  expect(await subscriptionExists(id)).toBe(false)
  expect(service.taken).toEqual([])
})

test('a revoked device is told nothing', async () => {
  await subscribe()
  await asOperator(database, tenant.tenantId, (client) => client.query(`update device set status = 'revoked'`))
  const { grievanceId } = await assignTo(tenant.users.field_worker)
  expect(await outboxOf(database, tenant, grievanceId)).toEqual([])
})

test('who takes a case himself needs no notice', async () => {
  await subscribe(keys.publicKey, tenant.users.officer)
  const { grievanceId } = await assignTo(tenant.users.officer)
  expect(await outboxOf(database, tenant, grievanceId)).toEqual([])
})

test('a device that subscribes again, and a phone that changes hands, have one subscription', async () => {
  const first = await subscribe()
  await office.platform.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    const { rows } = await tx.query<{ device_id: string }>('select device_id from push_subscription where id = $1', [
      first
    ])
    const again = {
      ...service.subscription,
      endpoint: `${service.subscription.endpoint}${randomBytes(4).toString('hex')}`
    }
    await saveSubscription(tx, {
      id: makeId(),
      userId: tenant.users.field_worker,
      deviceId: rows[0]!.device_id,
      ...again,
      vapidKeyId: 'x'
    })
    const taker = {
      id: makeId(),
      userId: tenant.users.officer,
      deviceId: rows[0]!.device_id,
      ...again,
      vapidKeyId: 'x'
    }
    await saveSubscription(tx, taker)
    const { rows: left } = await tx.query<{ id: string; user_id: string }>('select id, user_id from push_subscription')
    expect(left).toEqual([{ id: taker.id, user_id: tenant.users.officer }])
  })
})
