import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestClock } from '#server/testing/test-clock.ts'
import { signedIn } from '../access.ts'
import { defineRoute } from '../define-route.ts'
import { forgetOldReplies } from './idempotency-store.ts'

let done = 0
let gate: Promise<void> | null = null
const order = defineRoute({
  method: 'post', path: '/api/v1/orders', summary: 'Counts.', tag: 'sample', access: signedIn,
  body: z.object({ what: z.string() }), reply: { 201: z.object({ number: z.number(), secret: z.string() }) },
  async handle({ body }) {
    if (gate) await gate
    if (body.what === 'refused') throw new AppError('conflict', 'Not now.')
    done += 1
    return { status: 201, body: { number: done, secret: 'shown once' }, headers: { Location: `/orders/${done}` } }
  }
})

const clock = createTestClock()
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let officer: TestSession
let owner: TestSession
beforeAll(async () => {
  database = await createTestDatabase()
  tenant = await makeTestTenant(database)
  server = await startTestServer({ database, deps: { extraRoutes: [order], clock } })
  officer = await logInTo(server.url, 'officer')
  owner = await logInTo(server.url, 'owner')
})
beforeEach(() => {
  done = 0
  gate = null
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function post(key: string | null, what: string, session = officer): Promise<{ status: number; number?: number; location: string | null; again: string | null }> {
  const headers = { Authorization: `Bearer ${session.reply.accessToken}`, 'Content-Type': 'application/json', ...(key !== null && { 'Idempotency-Key': key }) }
  const response = await fetch(`${server.url}/api/v1/orders`, { method: 'POST', headers, body: JSON.stringify({ what }) })
  const { number } = (await response.json()) as { number?: number }
  return { status: response.status, ...(number !== undefined && { number }), location: response.headers.get('location'), again: response.headers.get('idempotent-replayed') }
}

describe('a POST under an Idempotency-Key', () => {
  test('is done once and answered the same each time, also by two at once', async () => {
    expect(await post('"key-000001"', 'tea')).toMatchObject({ status: 201, number: 1, again: null })
    expect(await post('"key-000001"', 'tea')).toEqual({ status: 201, number: 1, location: '/orders/1', again: 'true' })
    const both = await Promise.all(Array.from({ length: 6 }, () => post('key-000002', 'tea')))
    expect(both.filter(({ status, again }) => status === 201 && again === null)).toHaveLength(1)
    expect(both.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true)
    expect(done).toBe(2)
  })

  test('without a key it is done each time', async () => {
    await post(null, 'tea')
    await post(null, 'tea')
    expect(done).toBe(2)
  })

  test('another body under the same key is refused, another person’s key is another key', async () => {
    await post('key-000003', 'tea')
    expect((await post('key-000003', 'coffee')).status).toBe(422)
    expect(await post('key-000003', 'coffee', owner)).toMatchObject({ status: 201, number: 2 })
  })

  test('while the first is under way a second one is told so', async () => {
    let open = () => undefined as void
    gate = new Promise((resolve) => (open = resolve))
    const first = post('key-000004', 'tea')
    await expect.poll(async () => (await operator('select 1 from idempotency_key where reply is null')).rowCount).toBe(1)
    expect((await post('key-000004', 'tea')).status).toBe(409)
    open()
    expect((await first).status).toBe(201)
    expect(done).toBe(1)
  })

  test('after a refusal the key is free: nothing was done', async () => {
    expect((await post('key-000005', 'refused')).status).toBe(409)
    expect((await post('key-000005', 'tea')).status).toBe(201)
  })

  test('one that died with its process can be done again after its time', async () => {
    await post('key-000006', 'tea')
    await operator(`update idempotency_key set reply = null, status = null`)
    expect((await post('key-000006', 'tea')).status).toBe(409)
    clock.advance(7 * 60_000)
    officer = await logInTo(server.url, 'officer')
    expect(await post('key-000006', 'tea')).toMatchObject({ status: 201, number: 2 })
  })

  test('what is kept is sealed, and gone after a day', async () => {
    await post('key-000007', 'tea')
    const kept = JSON.stringify(await rows())
    expect(kept).not.toMatch(/key-000007|shown once|tea/)
    await forgetOldReplies(server.system.platform.database, tenant.tenantId, clock.now() + 25 * 3_600_000)
    expect(await rows()).toEqual([])
  })

  test('a kept reply that was moved to another key is not given', async () => {
    await post('key-000008', 'tea')
    await post('key-000009', 'tea')
    await operator('update idempotency_key k set reply = o.reply from idempotency_key o where o.key_hash <> k.key_hash')
    expect((await post('key-000009', 'tea')).status).toBe(409)
    expect(done).toBe(2)
  })

  test.each(['short', 'with space', '"broken', 'x'.repeat(201), 'k\u00e4se-1234'])('a key of another form is refused: %s', async (key) => {
    expect((await post(key, 'tea')).status).toBe(400)
  })
})

const operator = (text: string) => asOperator(database, tenant.tenantId, (client) => client.query(text))
async function rows(): Promise<object[]> {
  const { rows: kept } = await operator(`select actor, key_hash, request_hash, encode(reply, 'escape') as reply from idempotency_key`)
  return kept as object[]
}
