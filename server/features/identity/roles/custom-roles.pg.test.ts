import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { choosableActions, type CustomRole } from '#shared/identity/custom-role.ts'
import type { User } from '#shared/identity/user.ts'
import { asOperator, beginAsOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { pushOne, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let owner: TestSession

const loggedIn = (login: string) => logInTo(`${server.url}/o/${tenant.slug}`, login)

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  owner = await loggedIn('owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function makeRole(role: object, by = owner): Promise<CustomRole> {
  const response = await by.call('POST', '/api/v1/roles', { masks: [], ...role })
  expect(response.status).toBe(201)
  return (await response.json()) as CustomRole
}

const give = (userId: string, change: object, by = owner) => by.call('PATCH', `/api/v1/users/${userId}`, change)
const without = (base: 'owner' | 'officer' | 'viewer', ...left: string[]) => choosableActions(base).filter((action) => !left.includes(action))

async function addUser(login: string, facts: object): Promise<string> {
  const response = await owner.call('POST', '/api/v1/users', { login, name: login, language: 'en', password: testPassword, ...facts })
  expect(response.status).toBe(201)
  return ((await response.json()) as User).id
}

describe('a custom role', () => {
  test('takes away at once what it leaves out, on screens, routes and commands, and gives it back', async () => {
    const officer = await loggedIn('officer')
    const filed = filing(office)
    expect((await pushOne(officer, filed)).verdict).toBe('applied')
    const role = await makeRole({ name: 'Clerk', baseRole: 'officer', actions: without('officer', 'grievance.screen', 'message.read') })
    expect((await give(tenant.users.officer, { customRoleId: role.id })).status).toBe(200)

    const { actions } = (await (await officer.call('GET', '/api/v1/session')).json()) as { actions: string[] }
    expect(actions).toContain('grievance.edit')
    expect(actions).not.toContain('grievance.screen')
    expect((await officer.call('GET', '/api/v1/messages')).status).toBe(403)
    const accept = () => commandOf('grievance.step', { grievanceId: filed.args['grievanceId'], action: 'accept' })
    expect(await pushOne(officer, accept())).toMatchObject({ verdict: 'rejected', code: 'not_allowed' })

    const more = await owner.call('PATCH', `/api/v1/roles/${role.id}`, { actions: without('officer') })
    expect(await more.json()).toMatchObject({ people: 1, name: 'Clerk' })
    expect((await officer.call('GET', '/api/v1/messages')).status).toBe(200)
    expect((await pushOne(officer, accept())).verdict).toBe('applied')
  })

  test('takes from the device what it may not read any more', async () => {
    const officer = await loggedIn('officer')
    const reporter = { id: makeId(), name: 'Sunita', phone: '+910000012345', email: 's@example.org', language: 'hi' as const }
    const filed = filing(office, { reporter })
    await pushOne(officer, filed)
    const [contacts, cases] = [replicaOf(database, officer, 'contacts'), replicaOf(database, officer, 'cases')]
    await Promise.all([contacts.sync(), cases.sync()])
    expect(contacts.ids()).toEqual([reporter.id])

    const role = await makeRole({ name: 'No phones', baseRole: 'officer', actions: without('officer'), masks: ['phone'] })
    await give(tenant.users.officer, { customRoleId: role.id })
    await Promise.all([contacts.sync(), cases.sync()])
    expect(contacts.ids()).toEqual([])
    expect(cases.ids().length).toBeGreaterThan(0)
    await owner.call('PATCH', `/api/v1/roles/${role.id}`, { actions: without('officer', 'grievance.read') })
    await cases.sync()
    expect(cases.ids()).toEqual([])
  })

  test('hides the fields it masks from whoever has it, and from nobody else', async () => {
    const officer = await loggedIn('officer')
    const reporter = { id: makeId(), name: 'Sunita', phone: '+910000012345', email: 's@example.org', language: 'hi' as const }
    const filed = filing(office, { reporter })
    await pushOne(officer, filed)
    await give(tenant.users.viewer, { phone: '+919800000001' })
    const detail = async (session: TestSession) => (await (await session.call('GET', `/api/v1/grievances/${filed.args['grievanceId'] as string}`)).json()) as object
    const phones = async (session: TestSession) => ((await (await session.call('GET', '/api/v1/users')).json()) as { users: User[] }).users.map((user) => user.phone)

    const role = await makeRole({ name: 'No phones', baseRole: 'officer', actions: without('officer'), masks: ['phone'] })
    await give(tenant.users.officer, { customRoleId: role.id })
    expect(await detail(officer)).toMatchObject({ contactShown: true, contact: { name: 'Sunita', phone: null, email: 's@example.org' } })
    expect((await phones(officer)).filter(Boolean)).toEqual([])
    expect((await phones(owner)).filter(Boolean)).toEqual(['+919800000001'])
    expect(await detail(owner)).toMatchObject({ contact: { phone: '+910000012345' } })

    await owner.call('PATCH', `/api/v1/roles/${role.id}`, { masks: ['reporter'] })
    expect(await detail(officer)).toMatchObject({ contactShown: false, contact: null })
  })

  test('is never more than its base, is named once, and stays while somebody has it', async () => {
    const more = await owner.call('POST', '/api/v1/roles', { name: 'Sly', baseRole: 'viewer', actions: ['user.manage'], masks: [] })
    expect(more.status).toBe(400)
    const role = await makeRole({ name: 'Reader', baseRole: 'viewer', actions: ['grievance.read'] })
    expect((await owner.call('PATCH', `/api/v1/roles/${role.id}`, { actions: ['grievance.read', 'grievance.edit'] })).status).toBe(400)
    expect((await owner.call('POST', '/api/v1/roles', { name: 'Reader', baseRole: 'viewer', actions: [], masks: [] })).status).toBe(409)
    expect((await give(tenant.users.viewer, { role: 'officer', customRoleId: role.id })).status).toBe(400)
    await give(tenant.users.viewer, { customRoleId: role.id })
    expect((await owner.call('DELETE', `/api/v1/roles/${role.id}`)).status).toBe(409)
    expect(await (await give(tenant.users.viewer, { role: 'officer' })).json()).toMatchObject({ role: 'officer', customRoleId: null })
    expect((await owner.call('DELETE', `/api/v1/roles/${role.id}`)).status).toBe(204)
    const told = await asOperator(database, tenant.tenantId, async (client) => (await client.query(`select action from audit_entry where subject_id = $1 order by id`, [role.id])).rows)
    expect(told).toEqual([{ action: 'role.made' }, { action: 'role.removed' }])
  })

  test("of another office is like one that does not exist", async () => {
    const role = await makeRole({ name: 'Ours', baseRole: 'viewer', actions: [] })
    const other = await makeTestTenant(database)
    const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
    const answers = await Promise.all([role.id, makeId()].flatMap((id) => [stranger.call('PATCH', `/api/v1/roles/${id}`, { name: 'Mine' }), stranger.call('DELETE', `/api/v1/roles/${id}`)]))
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404])
    expect((await stranger.call('PATCH', `/api/v1/users/${other.users.viewer}`, { customRoleId: role.id })).status).toBe(400)
    expect(((await (await stranger.call('GET', '/api/v1/roles')).json()) as { roles: unknown[] }).roles).toEqual([])
  })
})

describe('nobody grants what he does not have', () => {
  test('an owner without the audit log makes no owner with it, changes no role that has it, and takes over nobody who has it', async () => {
    const limited = await makeRole({ name: 'Half', baseRole: 'owner', actions: without('owner', 'audit.read'), masks: ['email'] })
    const full = await makeRole({ name: 'Whole', baseRole: 'owner', actions: without('owner'), masks: ['email'] })
    await addUser('half', { role: 'owner', customRoleId: limited.id })
    const half = await loggedIn('half')
    const sly = { login: 'sly', name: 'Sly', language: 'en', password: testPassword }
    expect((await half.call('POST', '/api/v1/users', { ...sly, role: 'owner' })).status).toBe(403)
    expect((await half.call('POST', '/api/v1/users', { ...sly, role: 'owner', customRoleId: full.id })).status).toBe(403)
    expect((await half.call('POST', '/api/v1/users', { ...sly, role: 'officer' })).status).toBe(403)
    expect((await half.call('POST', '/api/v1/roles', { name: 'Mine', baseRole: 'officer', actions: [], masks: [] })).status).toBe(403)
    expect((await half.call('PATCH', `/api/v1/roles/${limited.id}`, { actions: without('owner') })).status).toBe(403)
    expect((await half.call('PATCH', `/api/v1/roles/${limited.id}`, { masks: [] })).status).toBe(403)
    expect((await give(tenant.users.owner, { password: 'taken over by half' }, half)).status).toBe(403)
    expect((await half.call('POST', `/api/v1/users/${tenant.users.owner}/link`, { send: false })).status).toBe(403)
    expect((await half.call('POST', '/api/v1/users', { ...sly, role: 'owner', customRoleId: limited.id })).status).toBe(201)
  })

  test('two owners who demote each other at the same moment leave one', async () => {
    const second = await addUser('second', { role: 'owner' })
    const other = await loggedIn('second')
    const operator = await beginAsOperator(database, tenant.tenantId)
    await operator.query('select 1 from user_account where tenant_id = $1 for update', [tenant.tenantId])
    const asked = Promise.all([give(second, { role: 'viewer' }), give(tenant.users.owner, { role: 'viewer' }, other)])
    for (let waiting = 0; waiting < 2; ) {
      const { rows } = await operator.query<{ waiting: number }>(`select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
      waiting = rows[0]?.waiting ?? 0
    }
    await operator.query('commit')
    await operator.end()
    const answers = await asked
    expect(answers.map((answer) => answer.status).filter((status) => status === 200)).toHaveLength(1)
    const owners = await asOperator(database, tenant.tenantId, async (client) => (await client.query(`select 1 from user_account where tenant_id = $1 and role = 'owner' and status = 'active'`, [tenant.tenantId])).rowCount)
    expect(owners).toBe(1)
  })

  test('the last owner takes no custom role', async () => {
    const role = await makeRole({ name: 'Half', baseRole: 'owner', actions: without('owner', 'audit.read') })
    expect((await give(tenant.users.owner, { customRoleId: role.id })).status).toBe(409)
  })
})
