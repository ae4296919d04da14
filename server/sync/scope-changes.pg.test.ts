import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { payloadOf } from '#server/testing/offices/opened-rows.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, pushOne, queued, replicaOf, type Replica } from '#server/testing/phones/sync-calls.ts'
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
const grant = (wardId: string) => rows('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', [tenant.tenantId, tenant.users.field_worker, wardId])
const revoke = (wardId: string) => rows('delete from user_territory where tenant_id = $1 and user_id = $2 and ward_id = $3', [tenant.tenantId, tenant.users.field_worker, wardId])
const issueOf = async (command: Command) =>
  (await rows<{ code: string; id: string; sealed: string; author_id: string }>('select code, id, sealed, author_id from sync_issue where command_id = $1', [command.id]))
    .map(({ id, sealed, ...issue }) => ({ ...issue, payload: payloadOf(tenant.tenantId, { id, sealed }) }))[0]

/** The whole of a phone: a replica per collection. */
function phoneOf(session: TestSession) {
  const of = (collection: CollectionName) => replicaOf(database, session, collection)
  const replicas = { places: of('places'), people: of('people'), contacts: of('contacts'), cases: of('cases'), issues: of('issues') }
  const all = Object.values(replicas) as Replica[]
  return {
    ...replicas,
    has: (id: unknown) => all.some((replica) => replica.ids().includes(id as string)),
    async sync() {
      const came = { documents: 0, removals: 0 }
      for (const replica of all) {
        const { documents, removals } = await replica.sync()
        came.documents += documents
        came.removals += removals
      }
      return came
    }
  }
}

/** A family in its house: household, two people, one with a phone number, an open and a closed grievance with a reporter. */
async function makeFamily(wardId: string) {
  const ids = { home: makeId(), mother: makeId(), son: makeId(), contact: makeId(), reporter: makeId() }
  const person = (personId: string, name: string, contact: object | null) =>
    commandOf('person.add', { personId, householdId: ids.home, name, gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact })
  const open = filing(office, { wardId, householdId: ids.home, reporter: { id: ids.reporter, name: 'Sunita', phone: '+910000012345', email: null, language: 'hi' } })
  const closed = filing(office, { wardId, householdId: ids.home })
  const reply = await push(officer, [
    commandOf('household.add', { householdId: ids.home, wardId, houseNumber: '7', street: 'Mill Lane', latitude: null, longitude: null }),
    person(ids.mother, 'Sunita', { id: ids.contact, phone: '+910000054321', email: null }),
    person(ids.son, 'Arun', null),
    open,
    closed,
    commandOf('grievance.step', { grievanceId: closed.args['grievanceId'], action: 'withdraw' })
  ])
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(Array(6).fill('applied'))
  return { ...ids, open: open.args['grievanceId'] as string, closed: closed.args['grievanceId'] as string }
}
const moveHome = (home: string, fromWardId: string, wardId: string) => commandOf('household.move', { householdId: home, fromWardId, wardId })
const rename = (personId: string, name: string) => queued(commandOf('person.edit', { personId, changes: { name } }, { base: { name: 'Sunita' } }))

test('a granted ward brings what is in it and nothing else; a revoked one takes exactly that away', async () => {
  const family = await makeFamily(office.wardB)
  const phone = phoneOf(worker)
  await phone.sync()
  expect(phone.has(family.mother)).toBe(false)
  await grant(office.wardB)
  // household, two people, two contacts, two grievances and their three timeline entries
  expect(await phone.sync()).toEqual({ documents: 10, removals: 0 })
  await revoke(office.wardB)
  expect(await phone.sync()).toEqual({ documents: 0, removals: 10 })
  expect([family.home, family.mother, family.contact, family.open, family.reporter].filter((id) => phone.has(id))).toEqual([])
  expect(phone.has(office.householdA)).toBe(true)
})

test('a worker moved from one ward to another ends with the new one, without a full download', async () => {
  const [old, next] = [await makeFamily(office.wardA), await makeFamily(office.wardB)]
  const phone = phoneOf(worker)
  await phone.sync()
  await revoke(office.wardA)
  await grant(office.wardB)
  // the old family and the fixture's household leave; wards, which every device holds, are not sent again
  expect(await phone.sync()).toEqual({ documents: 10, removals: 11 })
  expect([phone.has(old.mother), phone.has(next.mother)]).toEqual([false, true])
})

test('a household that moves takes its people, their contacts and its open grievances along, with all that belongs to them', async () => {
  const family = await makeFamily(office.wardA)
  const phone = phoneOf(worker)
  await phone.sync()
  expect(await pushOne(officer, moveHome(family.home, office.wardA, office.wardB))).toMatchObject({ verdict: 'applied' })
  const came = await phone.sync()
  expect([family.home, family.mother, family.son, family.contact, family.open, family.reporter].filter((id) => phone.has(id))).toEqual([])
  expect(phone.has(family.closed)).toBe(true)
  // household, two people, two contacts, the open grievance with its first entry; the entry of the move was never here
  expect(came.documents).toBe(0)
  expect(came.removals).toBeGreaterThanOrEqual(7)
  const timeline = await rows<{ changes: object }>("select changes from grievance_event where grievance_id = $1 and event = 'grievance.edited'", [family.open])
  expect(timeline).toEqual([{ changes: { wardId: [office.wardA, office.wardB] } }])
  await push(officer, [moveHome(family.home, office.wardB, office.wardA)])
  await phone.sync()
  expect([family.home, family.mother, family.son, family.contact, family.open, family.reporter].every((id) => phone.has(id))).toBe(true)
})

test('a household moved at the database prompt takes its people along as well', async () => {
  const family = await makeFamily(office.wardA)
  const phone = phoneOf(worker)
  await phone.sync()
  await rows('update household set ward_id = $2 where id = $1', [family.home, office.wardB])
  await phone.sync()
  expect([family.home, family.mother, family.son, family.contact].filter((id) => phone.has(id))).toEqual([])
})

test('a person added and edited in the same batch as the move lives where the household lives', async () => {
  const family = await makeFamily(office.wardA)
  const edit = commandOf('person.edit', { personId: family.mother, changes: { name: 'Sunita Devi' } }, { base: { name: 'Sunita' } })
  const reply = await push(officer, [moveHome(family.home, office.wardA, office.wardB), edit])
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied', 'applied'])
  expect(await rows('select p.name, p.ward_id, c.ward_id as contact from person p join person_contact c on c.person_id = p.id where p.id = $1', [family.mother])).toEqual([
    { name: 'Sunita Devi', ward_id: office.wardB, contact: office.wardB }
  ])
  const phone = phoneOf(worker)
  await phone.sync()
  expect([phone.has(family.mother), phone.has(family.contact)]).toEqual([false, false])
})

test('a record seen through two territories stays when one of them goes', async () => {
  await grant(office.wardB)
  const family = await makeFamily(office.wardA)
  const mine = filing(office, { wardId: office.wardA })
  await push(worker, [mine])
  const phone = phoneOf(worker)
  await phone.sync()
  await push(officer, [moveHome(family.home, office.wardA, office.wardB)])
  expect((await phone.sync()).removals).toBe(0)
  expect(phone.has(family.mother)).toBe(true)
  await revoke(office.wardA)
  await phone.sync()
  expect([phone.has(family.mother), phone.has(mine.args['grievanceId']), phone.has(office.householdA)]).toEqual([true, true, false])
})

test('a change saved for a record that left meanwhile is refused in clear words, its content is kept, and the record is taken away', async () => {
  const family = await makeFamily(office.wardA)
  const phone = phoneOf(worker)
  await phone.sync()
  await revoke(office.wardA)
  const late = rename(family.mother, 'Sunita Devi')
  const verdict = await pushOne(worker, late)
  expect(verdict).toMatchObject({ verdict: 'rejected', code: 'not_allowed', stored: [{ document: { id: family.mother, _deleted: true } }], issues: [expect.any(String)] })
  expect(JSON.stringify(verdict)).not.toContain('Arun')
  expect(await issueOf(late)).toMatchObject({ code: 'not_allowed', author_id: tenant.users.field_worker, payload: { args: { changes: { name: 'Sunita Devi' } } } })
  await phone.sync()
  expect(phone.issues.ids()).toEqual(verdict.issues)
})

test('what was done before the ward was lost stands, and its replay tells nothing of what the record became', async () => {
  const family = await makeFamily(office.wardA)
  const done = rename(family.mother, 'Sunita Devi')
  expect((await pushOne(worker, done)).verdict).toBe('applied')
  await revoke(office.wardA)
  await push(officer, [commandOf('person.edit', { personId: family.mother, changes: { name: 'A secret name' } }, { base: { name: 'Sunita Devi' } })])
  const replay = await pushOne(worker, done)
  expect(replay).toMatchObject({ verdict: 'duplicate', first: 'applied', stored: [{ document: { _deleted: true } }] })
  expect(JSON.stringify(replay)).not.toContain('A secret name')
})

test('an account that is disabled can neither pull nor push; what is saved waits and is taken when it is enabled again', async () => {
  const family = await makeFamily(office.wardA)
  const saved = rename(family.mother, 'Sunita Devi')
  const owner = await logInTo(`${server.url}/o/${tenant.slug}`, 'owner')
  const status = (to: string) => owner.call('PATCH', `/api/v1/users/${tenant.users.field_worker}`, { status: to })
  expect((await status('disabled')).status).toBe(200)
  const answer = await worker.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands: [saved], deviceTime: Date.now() })
  expect(answer.status).toBe(401)
  expect(await rows('select 1 from command_log where id = $1', [saved.id])).toEqual([])
  await status('active')
  const again = await logInTo(`${server.url}/o/${tenant.slug}`, 'field_worker', { id: worker.deviceId })
  expect((await pushOne(again, saved)).verdict).toBe('applied')
})

test('a disabled account whose session is still believed does nothing: each change is refused and kept', async () => {
  const family = await makeFamily(office.wardA)
  await push(worker, [])
  await rows("update user_account set status = 'disabled' where id = $1", [tenant.users.field_worker])
  const late = rename(family.mother, 'Sunita Devi')
  expect(await pushOne(worker, late)).toMatchObject({ verdict: 'rejected', code: 'not_allowed', stored: [] })
  expect(await issueOf(late)).toMatchObject({ payload: { args: { changes: { name: 'Sunita Devi' } } } })
})

test('an officer who becomes a field worker keeps his own wards only, and may change nothing elsewhere', async () => {
  const family = await makeFamily(office.wardB)
  const phone = phoneOf(officer)
  await phone.sync()
  await rows("update user_account set role = 'field_worker' where id = $1", [tenant.users.officer])
  const late = rename(family.mother, 'Sunita Devi')
  expect(await pushOne(officer, late)).toMatchObject({ verdict: 'rejected', code: 'not_allowed' })
  const again = await logInTo(`${server.url}/o/${tenant.slug}`, 'officer', { id: officer.deviceId })
  expect(await pushOne(again, rename(family.mother, 'Sunita Rao'))).toMatchObject({ verdict: 'rejected', code: 'not_allowed' })
})
