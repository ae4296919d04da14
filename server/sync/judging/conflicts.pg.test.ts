import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { payloadOf } from '#server/testing/offices/opened-rows.ts'
import type { Command } from '#shared/protocol/command.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let officer: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  ;[worker, officer] = [await logInTo(url, 'field_worker'), await logInTo(url, 'officer')]
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const rows = <Row>(sql: string, values: unknown[]) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows as Row[])
const issuesOf = async (command: Command) =>
  (await rows<{ id: string; sealed: string; kind: string; code: string | null; field: string | null }>('select id, kind, code, field, base, yours, theirs, sealed from sync_issue where command_id = $1 order by field', [command.id]))
    .map(({ id, sealed, ...issue }) => ({ ...issue, payload: payloadOf(tenant.tenantId, { id, sealed }) }))

async function makePerson(wardId: string, notes = '') {
  const [home, personId] = [makeId(), makeId()]
  const person = commandOf('person.add', { personId, householdId: home, name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes, contact: null })
  const household = commandOf('household.add', { householdId: home, wardId, houseNumber: '7', street: 'Mill Lane', latitude: null, longitude: null })
  const reply = await push(officer, [household, person])
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied', 'applied'])
  return { household, person, personId, home }
}
const editPerson = (personId: string, changes: object, base: Record<string, unknown>) => queued(commandOf('person.edit', { personId, changes }, { base }))

test('two edits of one person: what differs is joined, the same field goes to a person, and the author gets what is stored', async () => {
  const { personId } = await makePerson(office.wardA)
  await push(officer, [editPerson(personId, { name: 'Sunita Rao', birthYear: 1981 }, { name: 'Sunita', birthYear: 1980 })])
  const mine = editPerson(personId, { name: 'Sunita Devi', notes: 'Back at six' }, { name: 'Sunita', notes: '' })
  const verdict = await pushOne(worker, mine)
  expect(verdict).toMatchObject({ verdict: 'merged', stored: [{ document: { id: personId, name: 'Sunita Devi', birthYear: 1981, notes: 'Back at six' } }] })
  expect(await issuesOf(mine)).toMatchObject([{ kind: 'conflict', field: 'name', base: 'Sunita', yours: 'Sunita Devi', theirs: 'Sunita Rao' }])
})

test('resolved here, withdrawn there: what came first stands, and a person gets both', async () => {
  const filed = filing(office)
  const grievanceId = filed.args['grievanceId']
  const step = (action: string, more: object = {}) => commandOf('grievance.step', { grievanceId, action, seenState: 'assigned', ...more })
  await push(officer, [filed, step('assign', { assigneeId: tenant.users.field_worker }), step('withdraw')])
  const late = queued(step('resolve', { text: 'Filled with asphalt' }))
  const verdict = await pushOne(worker, late)
  expect(verdict).toMatchObject({ verdict: 'rejected', code: 'stale_state', stored: [{ document: { id: grievanceId, state: 'withdrawn' } }] })
  expect(await issuesOf(late)).toMatchObject([
    { kind: 'rejected', code: 'stale_state', field: 'state', base: 'assigned', yours: 'resolved', theirs: 'withdrawn', payload: { args: { text: 'Filled with asphalt' } } }
  ])
})

test('two people move a household: the second is not done silently over the first', async () => {
  const { home } = await makePerson(office.wardA)
  await rows('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', [tenant.tenantId, tenant.users.field_worker, office.wardB])
  const third = makeId()
  await rows("insert into ward (tenant_id, id, name, outline) select tenant_id, $2, 'Third', outline from ward where id = $1", [office.wardA, third])
  await push(officer, [commandOf('household.move', { householdId: home, fromWardId: office.wardA, wardId: office.wardB })])
  const late = queued(commandOf('household.move', { householdId: home, fromWardId: office.wardA, wardId: third }))
  expect(await pushOne(worker, late)).toMatchObject({ verdict: 'rejected', code: 'stale_state', stored: expect.arrayContaining([expect.objectContaining({ document: expect.objectContaining({ id: home, wardId: office.wardB }) })]) })
  expect(await issuesOf(late)).toMatchObject([{ field: 'wardId', base: office.wardA, yours: third, theirs: office.wardB }])
})

test('an edit of what was removed meanwhile: the removal stands, the device is told, the edit is kept', async () => {
  const { personId } = await makePerson(office.wardA)
  await rows('delete from person where id = $1', [personId])
  const late = editPerson(personId, { name: 'Sunita Devi' }, { name: 'Sunita' })
  expect(await pushOne(worker, late)).toMatchObject({ verdict: 'rejected', code: 'missing_record', stored: [{ document: { id: personId, _deleted: true } }] })
  expect(await issuesOf(late)).toMatchObject([{ code: 'missing_record', payload: { args: { changes: { name: 'Sunita Devi' } } } }])
})

test('making a record twice with the same content is a duplicate, whichever command carries it, in one batch or two', async () => {
  const { household } = await makePerson(office.wardA)
  const verdict = await pushOne(worker, { ...household, id: makeId() })
  expect(verdict).toMatchObject({ verdict: 'duplicate', first: 'applied', issues: [], receipt: { hash: expect.any(String) } })
  const fresh = { ...household, id: makeId(), args: { ...household.args, householdId: makeId() } }
  const reply = await push(worker, [fresh, { ...fresh, id: makeId() }])
  expect(reply.verdicts.map((one) => one.verdict)).toEqual(['applied', 'duplicate'])
  expect(await rows('select 1 from household where id = $1', [fresh.args['householdId']])).toHaveLength(1)
})

test('making a record over another one is refused and kept, and tells nothing of the one that is there', async () => {
  const [near, far] = [await makePerson(office.wardA), await makePerson(office.wardB)]
  const over = (of: Command) => queued({ ...of, id: makeId(), args: { ...of.args, wardId: office.wardA, street: 'My own street' } })
  const [seen, hidden] = [over(near.household), over(far.household)]
  const reply = await push(worker, [seen, hidden])
  expect(reply.verdicts.map((verdict) => [verdict.verdict, verdict.code])).toEqual(Array(2).fill(['rejected', 'already_exists']))
  expect(reply.verdicts[1]!.stored.map((record) => record.document.id)).toEqual([office.wardA])
  expect(await issuesOf(hidden)).toMatchObject([{ code: 'already_exists', payload: { args: { street: 'My own street' } } }])
  expect(await rows('select street from household where id = any ($1)', [[near.home, far.home]])).toEqual([{ street: 'Mill Lane' }, { street: 'Mill Lane' }])
  await rows('delete from person where household_id = $1', [far.home])
  await rows('delete from household where id = $1', [far.home])
  expect(await pushOne(worker, over(far.household))).toMatchObject({ verdict: 'rejected', code: 'already_exists' })
})

test('a merge that would make an invalid record is not stored: what is there stands, the whole change is kept', async () => {
  const { personId } = await makePerson(office.wardA)
  await push(officer, [editPerson(personId, { notes: 'o'.repeat(1_500) }, { notes: '' })])
  const mine = editPerson(personId, { notes: 'w'.repeat(1_500) }, { notes: '' })
  expect(await pushOne(worker, mine)).toMatchObject({ verdict: 'rejected', code: 'invalid_args', fields: [{ path: 'notes' }], stored: [{ document: { notes: 'o'.repeat(1_500) } }] })
  expect(await issuesOf(mine)).toMatchObject([{ code: 'invalid_args', payload: { args: { changes: { notes: 'w'.repeat(1_500) } } } }])
})
