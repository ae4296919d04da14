import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { payloadOf } from '#server/testing/offices/opened-rows.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { HeldCommandList } from '#shared/sync-issues/held-command.ts'
import { asOperator, awaitHorizon, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { push, pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { pruneBelow } from '../feed/feed-prune.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let officer: TestSession

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  server = await startTestServer({ database, redisUrl: redis.url, roles: ['web', 'scheduler'] })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  worker = await logInTo(url, 'field_worker')
  officer = await logInTo(url, 'officer')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const rows = <Row>(sql: string, values: unknown[]) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows as Row[])
const heldIds = async () => (await rows<{ id: string }>('select command_id as id from held_command where tenant_id = $1', [tenant.tenantId])).map((row) => row.id)
const timeline = (grievanceId: unknown) =>
  rows<{ text: string; actor_id: string }>("select text, actor_id from grievance_event where grievance_id = $1 and event = 'grievance.commented' order by at, id", [grievanceId])
const issuesOf = async (command: Command) =>
  (await rows<{ code: string; id: string; sealed: string }>('select code, id, sealed from sync_issue where command_id = $1', [command.id]))
    .map((row) => ({ code: row.code, payload: payloadOf(tenant.tenantId, row) }))

const commentOn = (parent: Command, text = 'Seen on the spot') => queued(commandOf('grievance.comment', { grievanceId: parent.args['grievanceId'], text, visibility: 'staff' }), 2)
const household = () => queued(commandOf('household.add', { householdId: makeId(), wardId: office.wardA, houseNumber: '7', street: 'Mill Lane', latitude: null, longitude: null }))
const person = (home: Command, seq = 2) =>
  queued(commandOf('person.add', { personId: makeId(), householdId: home.args['householdId'], name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: null }), seq)
const nameOf = (of: Command, name: string, seq = 3) => queued(commandOf('person.edit', { personId: of.args['personId'], changes: { name } }, { base: { name: 'Sunita' } }), seq)

test('a change whose record has not arrived is kept whole, waits visibly, and is done by itself when another person brings the record', async () => {
  const parent = filing(office)
  const comment = commentOn(parent)
  expect(await pushOne(worker, comment)).toMatchObject({ verdict: 'retry', waitsFor: [parent.args['grievanceId']], stored: [], issues: [] })
  expect(await heldIds()).toEqual([comment.id])
  await push(officer, [parent])
  await expect.poll(heldIds).toEqual([])
  expect(await timeline(parent.args['grievanceId'])).toEqual([{ text: 'Seen on the spot', actor_id: tenant.users.field_worker }])
  expect(await pushOne(worker, comment)).toMatchObject({ verdict: 'duplicate', first: 'applied' })
  expect(await timeline(parent.args['grievanceId'])).toHaveLength(1)
})

test('a record that comes by an import or a database prompt ends the waiting too', async () => {
  const home = household()
  const resident = person(home)
  await push(worker, [resident])
  await rows("insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '7', 'Mill Lane')", [tenant.tenantId, home.args['householdId'], office.wardA])
  await expect.poll(heldIds, { timeout: 15_000 }).toEqual([])
  expect(await rows('select name from person where id = $1', [resident.args['personId']])).toEqual([{ name: 'Sunita' }])
}, 20_000)

test('when the device asks again first, it gets the verdict and nothing is done twice', async () => {
  const parent = filing(office)
  const comment = commentOn(parent)
  await push(worker, [comment])
  await push(worker, [comment])
  expect(await heldIds()).toEqual([comment.id])
  const verdicts = await Promise.all([push(officer, [parent]), push(worker, [comment]), push(worker, [comment])])
  expect(verdicts.flatMap((reply) => reply.verdicts).filter((verdict) => verdict.verdict === 'rejected')).toEqual([])
  await expect.poll(heldIds).toEqual([])
  expect(await timeline(parent.args['grievanceId'])).toHaveLength(1)
})

test('a chain waits link by link and is done in the order of saving', async () => {
  const home = household()
  const resident = person(home)
  const chain = [resident, nameOf(resident, 'Sunita Devi'), nameOf(resident, 'Sunita Rao', 4)]
  const first = await push(worker, chain)
  expect(first.verdicts.map((verdict) => verdict.waitsFor)).toEqual([[home.args['householdId']], [resident.args['personId']], [resident.args['personId']]])
  await push(officer, [home])
  await expect.poll(heldIds).toEqual([])
  expect(await rows('select name from person where id = $1', [resident.args['personId']])).toEqual([{ name: 'Sunita Rao' }])
})

test('a record removed so long ago that the feed has forgotten it is not waited for: it will not come', async () => {
  const home = household()
  const resident = person(home)
  await push(worker, [home, resident])
  await rows('delete from person where id = $1', [resident.args['personId']])
  await awaitHorizon(database)
  const [horizon] = await rows<{ at: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as at', [])
  expect(await pruneBelow(server.system.platform.database, tenant.tenantId, horizon!.at)).toBeGreaterThan(0)
  const late = nameOf(resident, 'Sunita Devi')
  expect(await pushOne(worker, late)).toMatchObject({ verdict: 'rejected', code: 'missing_record' })
  expect(await issuesOf(late)).toMatchObject([{ payload: { args: { changes: { name: 'Sunita Devi' } } } }])
})

test('what waits for a record that its author was refused fails with it, in words', async () => {
  const bad = queued(filing(office, { categoryId: makeId() }))
  const before = commentOn(bad, 'came before')
  const after = commentOn(bad, 'came after')
  await push(worker, [before])
  expect(await pushOne(worker, bad)).toMatchObject({ verdict: 'rejected', code: 'missing_record' })
  expect(await pushOne(worker, after)).toMatchObject({ verdict: 'rejected', code: 'dependency_rejected' })
  await expect.poll(heldIds).toEqual([])
  expect(await issuesOf(before)).toMatchObject([{ code: 'dependency_rejected', payload: { args: { text: 'came before' } } }])
})

test('after thirty days it is refused and its content is an issue', async () => {
  const comment = commentOn(filing(office), 'Too late')
  await push(worker, [comment])
  await rows("update held_command set received_at = received_at - interval '31 days' where command_id = $1", [comment.id])
  await push(officer, [filing(office)])
  await expect.poll(heldIds).toEqual([])
  expect(await issuesOf(comment)).toMatchObject([{ code: 'missing_record', payload: { args: { text: 'Too late' } } }])
  expect(await pushOne(worker, comment)).toMatchObject({ verdict: 'duplicate', first: 'rejected', code: 'missing_record' })
})

test('it is judged by what its author may do then: an account that was disabled meanwhile does nothing', async () => {
  const parent = filing(office)
  const comment = commentOn(parent)
  await push(worker, [comment])
  await rows("update user_account set status = 'disabled' where id = $1", [tenant.users.field_worker])
  await push(officer, [parent])
  await expect.poll(heldIds).toEqual([])
  expect(await timeline(parent.args['grievanceId'])).toEqual([])
  expect(await issuesOf(comment)).toMatchObject([{ code: 'not_allowed', payload: { args: { text: 'Seen on the spot' } } }])
})

test('a record in another ward is not told from one that does not exist, neither queued nor sent directly', async () => {
  const elsewhere = filing(office, { wardId: office.wardB })
  await push(officer, [elsewhere])
  const [real, made] = [commentOn(elsewhere), commentOn(filing(office))]
  const told = (await push(worker, [real, made])).verdicts.map(({ id: _id, waitsFor, ...rest }) => ({ ...rest, waits: waitsFor?.length }))
  expect(told[0]).toEqual(told[1])
  const direct = (await push(worker, [{ ...real, id: makeId(), seq: 0 }, { ...made, id: makeId(), seq: 0 }])).verdicts
  expect(direct.map((verdict) => [verdict.verdict, verdict.code, verdict.stored])).toEqual([['rejected', 'missing_record', []], ['rejected', 'missing_record', []]])
})

test('what waits is listed: all of it for the office, his own for a worker, nothing for who may not and for another office', async () => {
  const comment = commentOn(filing(office))
  await push(worker, [comment])
  const listed = async (session: TestSession) => (await (await session.call('GET', '/api/v1/sync/held')).json()) as HeldCommandList
  expect(await listed(officer)).toMatchObject({ count: 1, held: [{ commandId: comment.id, name: 'grievance.comment', authorName: 'A field_worker', deviceId: worker.deviceId }] })
  expect(JSON.stringify(await listed(officer))).not.toContain('Seen on the spot')
  expect((await listed(worker)).count).toBe(1)
  const other = await makeTestTenant(database)
  expect(await listed(await logInTo(`${server.url}/o/${other.slug}`, 'officer'))).toEqual({ held: [], count: 0 })
  const viewer = await logInTo(`${server.url}/o/${tenant.slug}`, 'viewer')
  expect((await viewer.call('GET', '/api/v1/sync/held')).status).toBe(403)
})
