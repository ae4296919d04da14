import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CustomRole } from '#shared/identity/custom-role.ts'
import type { BlockedContact, ContactListCounts } from '#shared/privacy/contact-list.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let owner: TestSession
const url = () => `${server.url}/o/${tenant.slug}`

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  owner = await logInTo(url(), 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

let phones = 10_000
const newPhone = () => `+91981234${(phones += 1)}`

interface Kept {
  recordId: string
  contactId: string
  phone: string
}

async function person(name: string, phone = newPhone()): Promise<Kept> {
  const [personId, contact] = [makeId(), { id: makeId(), phone, email: null }]
  const args = { personId, householdId: office.householdA, name, gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact }
  expect((await push(owner, [commandOf('person.add', args)])).verdicts[0]?.verdict).toBe('applied')
  return { recordId: personId, contactId: contact.id, phone }
}

async function reporter(name: string, { wardId = office.wardB, phone = newPhone() } = {}): Promise<Kept> {
  const filed = filing(office, { wardId, reporter: { id: makeId(), name, phone, email: null, language: 'en' } })
  expect((await push(owner, [filed])).verdicts[0]?.verdict).toBe('applied')
  return { recordId: filed.args['grievanceId'] as string, contactId: (filed.args['reporter'] as { id: string }).id, phone }
}

async function decide({ contactId }: Kept, given: boolean, { purpose = 'campaigns', channel = 'sms' } = {}): Promise<void> {
  expect((await owner.call('POST', `/api/v1/contacts/${contactId}/consents`, { purpose, channel, given, language: 'en' })).status).toBe(204)
}

const filter = (more: Record<string, string> = {}) => new URLSearchParams({ purpose: 'campaigns', channel: 'sms', groups: 'people,reporters', ...more }).toString()
const file = async (more = {}, session = owner) => (await session.call('GET', `/api/v1/contact-lists/export?${filter(more)}`)).text()
const counts = async (more = {}) => (await (await owner.call('GET', `/api/v1/contact-lists/counts?${filter(more)}`)).json()) as ContactListCounts
const blocked = async (more = {}, session = owner) => (await (await session.call('GET', `/api/v1/contact-lists/blocked?${filter(more)}`)).json()) as { rows: BlockedContact[]; next: string | null }
const audited = () =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query<{ actor_id: string; after: object }>(`select actor_id, after from audit_entry where tenant_id = $1 and action = 'contact.export' order by id`, [tenant.tenantId])).rows)

test('only whom consent covers is in the file, the others are listed with their reason and without their address', async () => {
  const [willing, refused, other, never, gone] = [await person('Asha'), await person('Bina'), await reporter('Chitra'), await reporter('Devi'), await person('Esha')]
  await decide(willing, true)
  await decide(refused, true)
  await decide(refused, false)
  await decide(other, true, { purpose: 'surveys' })
  await decide(gone, true)
  expect((await owner.call('POST', '/api/v1/privacy/erase', { subject: { personIds: [gone.recordId], grievanceIds: [] } })).status).toBe(200)
  const text = await file()
  expect(text.split('\r\n')).toEqual(['name,address,language,group', `Asha,${willing.phone.slice(1)},hi,people`, ''])
  expect(await counts()).toEqual({ allowed: 1, blocked: { erased: 1, no_address: 0, report_closed: 0, not_asked: 2, refused: 1, same_address: 0 } })
  const { rows } = await blocked()
  expect(Object.fromEntries(rows.map(({ id, reason }) => [id, reason]))).toEqual({
    [refused.contactId]: 'refused', [other.contactId]: 'not_asked', [never.contactId]: 'not_asked', [gone.recordId]: 'erased'
  })
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Bina', 'Chitra', 'Devi']))
  expect(JSON.stringify(rows)).not.toContain('981234')
  expect(await audited()).toEqual([{
    actor_id: tenant.users.owner,
    after: { purpose: 'campaigns', channel: 'sms', groups: ['people', 'reporters'], allowed: 1, blocked: { erased: 1, no_address: 0, report_closed: 0, not_asked: 2, refused: 1, same_address: 0 } }
  }])
})

test('who withdraws after the numbers were shown is not in the file', async () => {
  const asha = await person('Asha')
  await decide(asha, true)
  expect((await counts()).allowed).toBe(1)
  await decide(asha, false)
  expect(await file()).not.toContain(asha.phone.slice(1))
})

test('a no said for one record of a shared phone holds for the others, until a later yes; a phone comes once', async () => {
  const mother = await person('Asha')
  const son = await reporter('Ravi', { phone: mother.phone })
  await decide(mother, true)
  await decide(son, false)
  expect(await counts({ wards: office.wardA })).toMatchObject({ allowed: 0, blocked: { refused: 1 } })
  expect(await file({ groups: 'people' })).not.toContain(mother.phone.slice(1))
  await decide(son, true)
  expect(await counts()).toMatchObject({ allowed: 1, blocked: { same_address: 1 } })
  expect((await file()).split(mother.phone.slice(1))).toHaveLength(2)
})

test('news of a report go to who brought it, asked or not, while it is open; to nobody else who was never asked', async () => {
  const [open, closed, neighbour] = [await reporter('Asha'), await reporter('Bina'), await person('Chitra')]
  await decide(closed, true, { purpose: 'grievance_updates' })
  await asOperator(database, tenant.tenantId, (client) => client.query(`update grievance set state = 'closed' where tenant_id = $1 and id = $2`, [tenant.tenantId, closed.recordId]))
  const text = await file({ purpose: 'grievance_updates' })
  expect(text).toContain(open.phone.slice(1))
  for (const { phone } of [closed, neighbour]) expect(text).not.toContain(phone.slice(1))
  expect(await counts({ purpose: 'grievance_updates' })).toMatchObject({ allowed: 1, blocked: { report_closed: 1, not_asked: 1 } })
})

test('wards and groups narrow a list; what is left out comes page by page', async () => {
  const people = [await person('Asha'), await person('Bina'), await person('Chitra')]
  await reporter('Devi')
  expect((await blocked({ wards: office.wardB })).rows.map(({ name }) => name)).toEqual(['Devi'])
  const first = await blocked({ groups: 'people', limit: '2', reason: 'not_asked' })
  expect(first.rows).toHaveLength(2)
  const second = await blocked({ groups: 'people', limit: '2', reason: 'not_asked', after: first.next ?? '' })
  expect(second.next).toBeNull()
  expect([...first.rows, ...second.rows].map(({ id }) => id).toSorted()).toEqual(people.map(({ contactId }) => contactId).toSorted())
  expect((await counts({ channel: 'email' })).blocked.no_address).toBe(4)
})

test('a role from which fields are hidden sees numbers and no file; officers, workers and strangers see nothing', async () => {
  const asha = await reporter('Asha')
  await decide(asha, true, { purpose: 'surveys' })
  const made = await owner.call('POST', '/api/v1/roles', { name: 'Campaigns', baseRole: 'owner', actions: ['contact.export'], masks: ['reporter'] })
  const user = { login: 'campaigns', name: 'C', language: 'en', password: testPassword, role: 'owner', customRoleId: ((await made.json()) as CustomRole).id }
  expect((await owner.call('POST', '/api/v1/users', user)).status).toBe(201)
  const masked = await logInTo(url(), 'campaigns')
  expect((await blocked({}, masked)).rows).toMatchObject([{ name: null, reason: 'not_asked' }])
  expect((await masked.call('GET', `/api/v1/contact-lists/export?${filter({ purpose: 'surveys' })}`)).status).toBe(403)
  for (const role of ['officer', 'field_worker', 'viewer'])
    expect((await (await logInTo(url(), role)).call('GET', `/api/v1/contact-lists/export?${filter()}`)).status).toBe(403)
  const other = await makeTestTenant(database)
  expect(await file({ purpose: 'surveys' }, await logInTo(`${server.url}/o/${other.slug}`, 'owner'))).toBe('name,address,language,group\r\n')
  expect(await audited()).toEqual([])
})
