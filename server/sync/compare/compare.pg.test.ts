import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { CompareListReply, CompareReply, FetchRecordsReply } from '#shared/protocol/drift/compare.ts'
import { addDigest, bucketOf, emptySum, recordDigest } from '#shared/protocol/drift/record-digest.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { asOperator, awaitHorizon, filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession
let worker: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  officer = await logInTo(server.url, 'officer')
  worker = await logInTo(server.url, 'field_worker')
  const commands = [filing(office), filing(office, { description: 'न 1e-7 \u2028 "quoted" \\ 🛠' }), filing(office, { wardId: office.wardB, longitude: 77.615 })]
  await officer.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands, deviceTime: Date.now() })
})

afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function ask<Reply>(session: TestSession, path: string, body: object): Promise<Reply> {
  const response = await session.call('POST', path, { protocol: 1, ...body })
  expect(response.status).toBe(200)
  return (await response.json()) as Reply
}

async function pulled(session: TestSession, collection: CollectionName) {
  await awaitHorizon(database)
  const reply = await ask<PullReply>(session, '/api/v1/sync/pull', { pulls: [{ collection, checkpoint: null }] })
  return reply.pulls[0]!
}

const sumOf = (documents: readonly object[]) => documents.map((one) => recordDigest(one as Record<string, unknown>)).reduce(addDigest, emptySum)
const compare = (session: TestSession, collection: CollectionName, documents: readonly object[]) =>
  ask<CompareReply>(session, '/api/v1/sync/compare', { collection, all: sumOf(documents) })
const list = (session: TestSession, ids: readonly string[], checkpoint: object | null = null) =>
  ask<CompareListReply>(session, '/api/v1/sync/compare/list', { collection: 'cases', buckets: [...new Set(ids.map(bucketOf))], checkpoint, after: null })

test.each(['cases', 'places', 'reference', 'people', 'issues'] as const)('what was pulled of %s compares as the same, for officer and worker', async (collection) => {
  for (const session of [officer, worker]) {
    const { documents } = await pulled(session, collection)
    expect(await compare(session, collection, documents)).toMatchObject({ same: true, buckets: {} })
  }
})

test('one changed letter is found, and only in its bucket', async () => {
  const { documents } = await pulled(officer, 'cases')
  const [first, ...rest] = documents as { id: string; description?: string }[]
  const reply = await compare(officer, 'cases', [{ ...first!, description: 'by hand' }, ...rest])
  expect(reply.same).toBe(false)
  const bucket = bucketOf(first!.id)
  const mine = documents.filter((one) => bucketOf(one.id) === bucket)
  expect(reply.buckets[bucket]).toEqual(sumOf(mine))
  expect(Object.values(reply.buckets).reduce((count, one) => count + one.count, 0)).toBe(documents.length)
})

test('a digest follows the text, whoever changes it', async () => {
  const before = await pulled(officer, 'cases')
  await compare(officer, 'cases', before.documents)
  const id = before.documents[0]!.id
  const write = `update sync_document set wire = replace(wire, '"rev"', '"odd" : 1, "rev"') where id = $1`
  await asOperator(database, tenant.tenantId, (client) => client.query(write, [id]))
  expect((await compare(officer, 'cases', before.documents)).same).toBe(false)
  expect((await compare(officer, 'cases', (await pulled(officer, 'cases')).documents)).same).toBe(true)
})

test('nothing outside the scope is told: neither counted, nor listed, nor fetched', async () => {
  const all = (await pulled(officer, 'cases')).documents.map(({ id }) => id)
  const own = (await pulled(worker, 'cases')).documents.map(({ id }) => id)
  const foreign = all.filter((id) => !own.includes(id))
  expect(foreign.length).toBeGreaterThan(0)
  const reply = await compare(worker, 'cases', [])
  expect(Object.values(reply.buckets).reduce((count, one) => count + one.count, 0)).toBe(own.length)
  expect((await list(worker, all)).entries.map(({ id }) => id).sort()).toEqual([...own].sort())
  expect((await list(worker, all, { g: 1, s: {}, r: {} })).entries.map(({ id }) => id).sort()).toEqual([...own].sort())
  const fetched = await ask<FetchRecordsReply>(worker, '/api/v1/sync/compare/fetch', { collection: 'cases', ids: all })
  expect(fetched.documents.map(({ id }) => id).sort()).toEqual([...own].sort())
})

test('what changed or left behind the checkpoint of the device is listed as late', async () => {
  const { documents, checkpoint } = await pulled(worker, 'cases')
  const ids = documents.map(({ id }) => id)
  const cases = documents.filter((one) => (one as { type?: string }).type === 'grievance').map(({ id }) => id)
  expect((await list(worker, ids, checkpoint)).entries.filter(({ late }) => late)).toEqual([])
  await asOperator(database, tenant.tenantId, async (client) => {
    await client.query(`update grievance set priority = 'high' where id = $1`, [cases[0]])
    await client.query('update grievance set ward_id = $2 where id = $1', [cases[1], office.wardB])
  })
  const late = (await list(worker, ids, checkpoint)).entries.filter((entry) => entry.late)
  expect(late.find(({ id }) => id === cases[0])).toMatchObject({ present: true })
  expect(late.find(({ id }) => id === cases[1])).toMatchObject({ present: false, digest: null })
})

test('a removed id never comes back as something else, whoever writes', async () => {
  const household = office.householdA
  const again = `insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '1', 'x')`
  await asOperator(database, tenant.tenantId, (client) => client.query('delete from household where id = $1', [household]))
  const write = asOperator(database, tenant.tenantId, (client) => client.query(again, [tenant.tenantId, household, office.wardA]))
  await expect(write).rejects.toMatchObject({ constraint: 'sync_document_removed' })
})
