import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { asOperator, awaitHorizon, filing, makeOffice } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { checkOrigin } from './feed-restamp.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let officer: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const office = await makeOffice(database, tenant)
  officer = await logInTo(server.url, 'officer')
  await officer.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands: [filing(office), filing(office)], deviceTime: Date.now() })
  await checkOrigin(server.system.platform.database, tenant.tenantId)
})

afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function pullCases(checkpoint: PulledPage['checkpoint'] | null) {
  await awaitHorizon(database)
  const response = await officer.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection: 'cases', checkpoint }] })
  return (await response.json()) as PullReply
}

const atPrompt = (sql: string) => asOperator(database, tenant.tenantId, async (client) => (await client.query(sql)).rows[0])

test('at home in its cluster the feed is left alone', async () => {
  const before = await atPrompt('select max(xid)::text as xid from sync_feed')
  expect(await checkOrigin(server.system.platform.database, tenant.tenantId)).toBe(false)
  expect(await atPrompt('select max(xid)::text as xid from sync_feed')).toEqual(before)
})

test('in another cluster every row gets a new position and devices are told to compare', async () => {
  const held = (await pullCases(null)).pulls[0]!
  expect(held.documents.length).toBe(4)
  await atPrompt(`update sync_origin set cluster = 'another/1'`)
  const oldest = await atPrompt('select pg_current_xact_id()::text as xid')
  expect(await checkOrigin(server.system.platform.database, tenant.tenantId)).toBe(true)
  const stale = await atPrompt(`select count(*)::int as rows from sync_feed where xid < '${oldest.xid}'::xid8`)
  expect(stale.rows).toBe(0)
  const reply = await pullCases(held.checkpoint)
  expect(reply.generation).toBeGreaterThan(held.checkpoint.g)
  expect(reply.pulls[0]).toMatchObject({ reset: true })
  expect(reply.pulls[0]!.documents.map((document) => document.id).sort()).toEqual(held.documents.map((document) => document.id).sort())
})
