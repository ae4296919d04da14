import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { choosableActions } from '#shared/identity/custom-role.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import { asOperator, beginAsOperator, commandOf, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, pushOne, queued, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

// A push that has begun when rights are taken away: it tells its author what is stored by what he might see then, with a newer revision than any
// removal that the feed told him meanwhile.

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  officer = await logInTo(`${server.url}/o/${tenant.slug}`, 'officer')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const run = <Row>(sql: string, values: unknown[] = []) => asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows as Row[])

/** Resolves when so many statements of this database wait for a lock, or when `done` does. */
async function waiting(count: number, done: Promise<unknown>): Promise<void> {
  let over = false
  done.finally(() => (over = true)).catch(() => undefined)
  for (let seen = 0; seen < count && !over; ) {
    const [row] = await run<{ seen: number }>("select count(*)::int as seen from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
    seen = row!.seen
  }
}

async function makePerson() {
  const [householdId, personId] = [makeId(), makeId()]
  const household = commandOf('household.add', { householdId, wardId: office.wardA, houseNumber: '7', street: 'Mill Lane', latitude: null, longitude: null })
  const person = commandOf('person.add', { personId, householdId, name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: null })
  expect((await push(officer, [household, person])).verdicts.map(({ verdict }) => verdict)).toEqual(['applied', 'applied'])
  return { householdId, personId }
}

interface Meeting {
  session: TestSession
  command: Command
  /** A row that the command needs: somebody else holds it for a while. */
  needs: { table: 'person' | 'household'; id: string }
  collection: CollectionName
  /** What the owner changes meanwhile. */
  owners: { path: string; change: object }
}

/** Stops a push in the midst of its work, lets rights be taken away, reads the feed, and lets the push end. Resolves to what the phone holds then. */
async function takeRightsUnderPush({ session, command, needs, collection, owners }: Meeting): Promise<string[]> {
  const owner = await logInTo(`${server.url}/o/${tenant.slug}`, 'owner')
  const phone = replicaOf(database, session, collection)
  await phone.sync()
  const holder = await beginAsOperator(database, tenant.tenantId)
  await holder.query(`select 1 from ${needs.table} where tenant_id = $1 and id = $2 for update`, [tenant.tenantId, needs.id])
  const pushed = pushOne(session, command)
  await waiting(1, pushed)
  const taken = owner.call('PATCH', owners.path, owners.change)
  await waiting(2, taken)
  await phone.sync('atOnce')
  await holder.query('commit')
  await holder.end()
  const verdict = await pushed
  expect(verdict.verdict).toBe('applied')
  expect((await taken).status).toBe(200)
  phone.take(verdict)
  await phone.sync()
  return phone.ids()
}

const editOf = (personId: string) => queued(commandOf('person.edit', { personId, changes: { name: 'Sunita Devi' } }, { base: { name: 'Sunita' } }))
const logIn = (login: string) => logInTo(`${server.url}/o/${tenant.slug}`, login)

test('a ward that is revoked while its worker is sending: the record he changed does not come back to his phone', async () => {
  const { personId } = await makePerson()
  const held = await takeRightsUnderPush({
    session: await logIn('field_worker'), command: editOf(personId), needs: { table: 'person', id: personId }, collection: 'people',
    owners: { path: `/api/v1/users/${tenant.users.field_worker}`, change: { wardIds: [] } }
  })
  expect(held).not.toContain(personId)
})

test('an officer who is made a field worker while he is sending keeps nothing of what he changed', async () => {
  const { personId } = await makePerson()
  const held = await takeRightsUnderPush({
    session: officer, command: editOf(personId), needs: { table: 'person', id: personId }, collection: 'people',
    owners: { path: `/api/v1/users/${tenant.users.officer}`, change: { role: 'field_worker' } }
  })
  expect(held).not.toContain(personId)
})

test('phone numbers that are hidden from a role while one of its people is sending one: it does not stay on his phone', async () => {
  const { householdId } = await makePerson()
  const owner = await logIn('owner')
  const role = { name: 'Visitors', baseRole: 'field_worker', actions: [...choosableActions('field_worker')], masks: [] }
  const { id: roleId } = (await (await owner.call('POST', '/api/v1/roles', role)).json()) as { id: string }
  expect((await owner.call('PATCH', `/api/v1/users/${tenant.users.field_worker}`, { customRoleId: roleId })).status).toBe(200)
  const contactId = makeId()
  const contact = { id: contactId, phone: '+910000054321', email: null }
  const held = await takeRightsUnderPush({
    session: await logIn('field_worker'), needs: { table: 'household', id: householdId }, collection: 'contacts',
    command: queued(commandOf('person.add', { personId: makeId(), householdId, name: 'Arun', gender: 'male', birthYear: 1990, language: 'hi', notes: '', contact })),
    owners: { path: `/api/v1/roles/${roleId}`, change: { masks: ['phone'] } }
  })
  expect(held).not.toContain(contactId)
})
