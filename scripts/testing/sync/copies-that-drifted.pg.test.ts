import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { mendedWriteContext } from '#client/local-store/newer-rev-storage.ts'
import { openReplicaStore } from '#client/local-store/replica-store.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { syncNouns } from '#client/sync/sync-nouns.ts'
import { until } from '#client/testing/field-device.ts'
import { asOperator, awaitHorizon, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { pruneBelow } from '#server/sync/feed/feed-prune.ts'
import { FieldPhone } from './field-phone.ts'

// The real client against the real server: copies that are no longer what the server would give.

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
})
afterEach(() => phone.stop())
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const sql = (text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(text, values)).rows as Record<string, unknown>[])

async function addHouseholds(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, makeId)
  await sql(
    `insert into household (tenant_id, id, ward_id, house_number, street) select $1, id, $3, '7', 'Tank Road' from unnest($2::uuid[]) id`,
    [tenant.tenantId, ids, office.wardA]
  )
  await awaitHorizon(database)
  return ids
}

async function started(): Promise<SyncEngine> {
  phone = new FieldPhone(() => server.url)
  await phone.login()
  const engine = await phone.start()
  await engine.inSync()
  await until(() => engine.status().firstSync.done, 'the first sync')
  return engine
}

/** Ids and streets of the households on the phone, and of those the server holds for this worker. */
const onPhone = async (engine: SyncEngine) =>
  (await engine.records.list({ collection: 'places', type: 'household', parent: office.wardA })).records.map(({ id, street }) => `${id} ${String(street)}`).sort()
const atServer = async () => (await sql('select id, street from household where ward_id = $1', [office.wardA])).map(({ id, street }) => `${String(id)} ${String(street)}`).sort()

/** What somebody does who opens the developer tools: below everything that believes revisions. */
async function writeByHand(engine: SyncEngine, collection: CollectionName, rows: readonly { id: string; change: Record<string, unknown> }[]): Promise<void> {
  const { owner } = engine
  await engine.close()
  const store = await openReplicaStore({ owner, parents: syncNouns.parents, multiInstance: false })
  const storage = store.database.collections[collection].storageInstance
  const known = new Map((await storage.findDocumentsById(rows.map(({ id }) => id), true)).map((document) => [document.id, document]))
  const written = rows.map(({ id, change }) => {
    const previous = known.get(id)
    const blank = { id, type: 'household', rev: 1, parent: office.wardA, syncGeneration: 1, _deleted: false, _attachments: {} }
    return { previous, document: { ...blank, ...previous, ...change, _rev: `${Number.parseInt(previous?._rev ?? '0', 10) + 1}-hand`, _meta: { lwt: 1 } } }
  })
  await store.takeFeed()
  expect((await storage.bulkWrite(written as never, mendedWriteContext)).error).toEqual([])
  await store.close()
}

test('copies edited by hand are found and mended; what waits to be sent is untouched, and the office can count it', async () => {
  const [edited, raised, erased, held] = await addHouseholds(40)
  const first = await started()
  phone.line = (path) => (path.endsWith('/push') ? 'none' : 'fine')
  const { args } = filing(office, { householdId: held! })
  await first.sink.submit('grievance.file', args)
  const invented = makeId()
  await writeByHand(first, 'places', [
    { id: edited!, change: { street: 'Nowhere' } },
    { id: raised!, change: { street: 'Far', rev: 999_999 } },
    { id: erased!, change: { _deleted: true, rev: 50 } },
    { id: invented, change: { wardId: office.wardA, street: 'Invented' } }
  ])
  const engine = await phone.start()
  await engine.inSync()
  expect(await onPhone(engine)).not.toEqual(await atServer())
  const report = await engine.repair()
  expect(report).toMatchObject({ mended: [{ collection: 'places', missing: 1, changed: 2, gone: 1 }], left: 0 })
  expect(await onPhone(engine)).toEqual(await atServer())
  expect(engine.status()).toMatchObject({ unsent: 1 })
  expect(await engine.records.get('cases', 'grievance', String(args['grievanceId']))).toMatchObject({ state: 'submitted' })
  expect((await engine.lastRepair())?.mended).toHaveLength(1)
  expect(await engine.repair()).toMatchObject({ mended: [], left: 0 })
  const counted = await server.system.platform.metrics.registry.getSingleMetricAsString('sync_mended_records_total')
  for (const line of ['kind="missing"} 1', 'kind="changed"} 2', 'kind="gone"} 1']) expect(counted).toContain(line)
  expect(await sql('select mended_count from device where id = $1 and compared_at is not null', [engine.owner.deviceId])).toEqual([{ mended_count: 4 }])
  phone.line = () => 'fine'
  engine.syncNow()
  await until(() => engine.status().items[0]?.state === 'received', 'the receipt')
  await sql(`update household set street = 'Later' where id = any ($1)`, [[edited, raised, erased]])
  engine.syncNow()
  await until(async () => JSON.stringify(await onPhone(engine)) === JSON.stringify(await atServer()), 'later changes, which come by themselves')
})

test('a record that a saved command still needs is not dropped, whatever the server says of it', async () => {
  const first = await started()
  phone.line = (path) => (path.endsWith('/push') ? 'none' : 'fine')
  const invented = makeId()
  await writeByHand(first, 'places', [{ id: invented, change: { wardId: office.wardA, street: 'Known only here' } }])
  const engine = await phone.start()
  await engine.inSync()
  const person = { personId: makeId(), householdId: invented, name: 'Meena', birthYear: null, gender: 'unknown', language: 'en', notes: '', contact: null }
  await engine.sink.submit('person.add', person)
  expect(await engine.repair()).toMatchObject({ mended: [], left: 1 })
  expect(await engine.records.get('places', 'household', invented)).not.toBeNull()
})

test('a comparison that is due is made although a command waits at the server, which may take weeks', async () => {
  const first = await started()
  const invented = makeId()
  await writeByHand(first, 'places', [{ id: invented, change: { wardId: office.wardA, street: 'Known only here' } }])
  const engine = await phone.start()
  await engine.inSync()
  const person = { personId: makeId(), householdId: invented, name: 'Meena', birthYear: null, gender: 'unknown', language: 'en', notes: '', contact: null }
  const { id } = await engine.sink.submit('person.add', person)
  await until(() => engine.status().items.find((item) => item.id === id)?.state === 'waiting', 'the server to keep it')
  expect(await engine.repair()).toMatchObject({ left: 1 })
  phone.asked.splice(0)
  engine.syncNow()
  await until(() => phone.asked.some((path) => path.endsWith('/sync/compare')), 'the comparison that is due')
})

test('a phone that comes back after the feed forgot what it missed compares instead of reading all again', async () => {
  const [moved, removed, ...others] = await addHouseholds(60)
  await started()
  const { asked } = phone
  await phone.stop()
  await sql('update household set ward_id = $2 where id = $1', [moved, office.wardB])
  await sql('delete from household where id = $1', [removed])
  await sql(`update household set street = 'New name' where id = $1`, [others[0]])
  const [added] = await addHouseholds(1)
  const { rows } = await asOperator(database, tenant.tenantId, (client) => client.query<{ xmin: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin'))
  expect(await pruneBelow(server.system.platform.database, tenant.tenantId, rows[0]!.xmin)).toBeGreaterThan(0)
  asked.splice(0)
  const engine = await phone.start()
  await until(async () => JSON.stringify(await onPhone(engine)) === JSON.stringify(await atServer()), 'the present state')
  expect((await onPhone(engine)).some((line) => line.startsWith(added!))).toBe(true)
  expect(asked.filter((path) => path.endsWith('/compare'))).not.toEqual([])
  await until(() => engine.status().firstSync.done && !engine.status().pulling, 'quiet')
  await phone.stop()
  asked.splice(0)
  const again = await phone.start()
  await again.inSync()
  expect(asked.some((path) => path.endsWith('/sync/pull'))).toBe(true)
  expect(asked.filter((path) => path.endsWith('/compare/list'))).toEqual([])
})
