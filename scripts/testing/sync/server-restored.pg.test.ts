import 'fake-indexeddb/auto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { until } from '#client/testing/field-device.ts'
import { asOperator, awaitHorizon, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { FieldPhone } from './field-phone.ts'

// The real client while the office puts an older backup back. The copy of the database stands for the dump: like a
// restored dump it is another database of the cluster, with the rows and sequences of then.

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let phone: FieldPhone

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  phone = new FieldPhone(() => server.url)
  await phone.login()
})
afterEach(() => phone.stop())
afterAll(async () => {
  await server?.close()
  await asSuperuser(`drop database if exists ${nameOf()}_backup`)
  await database?.drop()
})

const nameOf = (): string => new URL(database.ownerUrl).pathname.slice(1)

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('superuserUrl') })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Server down, `work` on its database, server up. */
async function withServerDown(work: () => Promise<void>): Promise<void> {
  await server.close()
  await work()
  server = await startTestServer({ database })
  await until(async () => (await fetch(`${server.url}/readiness`)).status === 200, 'the feed to be checked')
}

const backUp = () => withServerDown(() => asSuperuser(`drop database if exists ${nameOf()}_backup`, `create database ${nameOf()}_backup template ${nameOf()}`))
const restore = () => withServerDown(() => asSuperuser(`drop database ${nameOf()} with (force)`, `create database ${nameOf()} template ${nameOf()}_backup`))

const sql = (text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(text, values)).rows as Record<string, unknown>[])

async function fileOne(engine: SyncEngine, description: string): Promise<string> {
  const { args } = filing(office, { description })
  await engine.sink.submit('grievance.file', args, { title: description })
  return String(args['grievanceId'])
}

const stateOf = (engine: SyncEngine, title: string) => engine.status().items.find((item) => item.title === title)?.state
const known = async () => (await sql('select description from grievance order by description')).map(({ description }) => description)
const shown = async (engine: SyncEngine) =>
  (await engine.records.list({ collection: 'cases', type: 'grievance' })).records.map(({ description }) => description).sort()

test('what was received after the backup is sent again: nothing is lost, nothing doubled, nothing invented', async () => {
  const engine = await phone.start()
  await engine.inSync()
  await fileOne(engine, 'before the backup')
  await until(() => stateOf(engine, 'before the backup') === 'received', 'the first receipt')
  await backUp()
  const after = await fileOne(engine, 'after the backup')
  engine.syncNow()
  await until(() => stateOf(engine, 'after the backup') === 'received', 'the second receipt')
  const lost = makeId()
  await sql(`insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '9', 'Lost')`, [tenant.tenantId, lost, office.wardA])
  await sql(`update household set street = 'Changed after' where id = $1`, [office.householdA])
  await awaitHorizon(database)
  engine.syncNow()
  await until(async () => (await engine.records.get('places', 'household', lost)) !== null, "the office's own record")
  phone.line = () => 'none'
  await fileOne(engine, 'while the server was away')
  const numberBefore = (await engine.records.get('cases', 'grievance', after))?.['number']
  await restore()
  expect(await known()).toEqual(['before the backup'])
  phone.line = () => 'fine'
  engine.syncNow()
  const all = ['after the backup', 'before the backup', 'while the server was away']
  await until(async () => (await known()).join() === all.join(), 'all of them at the server')
  await until(() => engine.status().allReceived, 'new receipts')
  await until(async () => (await engine.records.get('places', 'household', lost)) === null, 'the end of what the server has no more')
  await until(async () => (await engine.records.get('places', 'household', office.householdA))?.['street'] === 'Lake Road', 'what the server holds now')
  expect(await shown(engine)).toEqual(all)
  expect((await engine.records.get('cases', 'grievance', after))?.['number']).toBe(numberBefore)
  expect(await sql('select count(*)::int as events, count(distinct grievance_id)::int as filed from grievance_event')).toEqual([{ events: 3, filed: 3 }])
  await engine.inSync()
  expect(await engine.repair()).toMatchObject({ mended: [], left: 0 })
})

test('it holds as well when the phone was closed all the time, and when one backup is put back twice', async () => {
  const engine = await phone.start()
  await engine.inSync()
  await until(() => engine.status().allReceived, 'nothing to be left')
  await phone.stop()
  const before = await known()
  await restore()
  await restore()
  expect(await known()).toEqual(['before the backup'])
  const again = await phone.start()
  await until(async () => (await known()).join() === before.join(), 'all of them at the server')
  await until(() => again.status().allReceived, 'new receipts')
  expect(await sql('select count(*)::int as events from grievance_event')).toEqual([{ events: before.length }])
})

test('a command leaves the phone only when the durable mark has passed it, and an old mark does not count after a restore', async () => {
  const engine = await phone.start()
  await engine.inSync()
  const kept = () => engine.status().items.length
  expect(kept()).toBe(3)
  await sql("insert into backup_mark (tenant_id, position) values ($1, '999999999')", [tenant.tenantId])
  await backUp()
  await phone.stop()
  await restore()
  const again = await phone.start()
  await again.inSync()
  await until(() => again.status().allReceived, 'new receipts')
  again.syncNow()
  await again.inSync()
  expect(again.status().items.length).toBe(3)
  await sql('insert into backup_mark (tenant_id, position) values ($1, pg_snapshot_xmin(pg_current_snapshot()))', [tenant.tenantId])
  again.syncNow()
  await until(() => again.status().items.length === 0, 'the mark to be heard')
})
