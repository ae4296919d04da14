import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConsentState } from '#shared/privacy/consent.ts'
import { noticeVersion } from '#shared/privacy/consent.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession
let worker: TestSession
const url = () => `${server.url}/o/${tenant.slug}`

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  ;[officer, worker] = [await logInTo(url(), 'officer'), await logInTo(url(), 'field_worker')]
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const read = async (session: TestSession, id: string) => (await (await session.call('GET', `/api/v1/contacts/${id}/consents`)).json()) as ConsentState
const decide = async (session: TestSession, id: string, decision: object) => (await session.call('POST', `/api/v1/contacts/${id}/consents`, decision)).status

async function personIn(): Promise<string> {
  const contact = { id: makeId(), phone: '+919812340031', email: null }
  const args = { personId: makeId(), householdId: office.householdA, name: 'Asha', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact }
  expect((await push(officer, [commandOf('person.add', args)])).verdicts[0]?.verdict).toBe('applied')
  return contact.id
}

test('what a person tells a worker is kept with notice, language and author, reaches the phones, and is stopped as easily', async () => {
  const id = await personIn()
  expect(await read(worker, id)).toEqual({ language: 'hi', consents: null, channels: ['sms', 'whatsapp'], decisions: [] })
  const phone = replicaOf(database, worker, 'contacts')
  await phone.sync()
  const surveys = { purpose: 'surveys', channel: 'sms', language: 'hi' }
  expect(await decide(worker, id, { ...surveys, given: true })).toBe(204)
  expect(await read(officer, id)).toMatchObject({ consents: ['surveys:sms'], decisions: [{ purpose: 'surveys', channel: 'sms', given: true, source: 'office', language: 'hi', notice: noticeVersion }] })
  await phone.sync()
  expect(phone.held.get(id)).toMatchObject({ consents: ['surveys:sms'] })
  expect(await decide(officer, id, { ...surveys, given: false })).toBe(204)
  expect((await read(worker, id)).consents).toEqual([])
  await phone.sync()
  expect(phone.held.get(id)).toMatchObject({ consents: [] })
  const audit = await asOperator(database, tenant.tenantId, async (client) =>
    (await client.query<{ actor_id: string; after: object }>(`select actor_id, after from audit_entry where action = 'consent.change' and subject_id = $1 order by id`, [id])).rows)
  expect(audit).toEqual([
    { actor_id: tenant.users.field_worker, after: { ...surveys, given: true } },
    { actor_id: tenant.users.officer, after: { ...surveys, given: false } }
  ])
  expect(JSON.stringify(audit)).not.toContain('98123')
})

test('a reporter is asked in the same way; by no way that is not kept, and by nobody out of reach', async () => {
  const reporter = { id: makeId(), name: 'Ravi', phone: null, email: 'ravi@example.org', language: 'en' as const }
  const filed = filing(office, { wardId: office.wardB, reporter })
  expect((await push(officer, [filed])).verdicts[0]?.verdict).toBe('applied')
  const email = { purpose: 'campaigns', channel: 'email', given: true, language: 'en' }
  expect(await decide(officer, reporter.id, email)).toBe(204)
  expect((await read(officer, reporter.id)).consents).toEqual(['campaigns:email'])
  expect(await decide(officer, reporter.id, { ...email, channel: 'sms' })).toBe(422)
  expect(await decide(worker, reporter.id, email)).toBe(404)
  const viewer = await logInTo(url(), 'viewer')
  expect(await decide(viewer, reporter.id, email)).toBe(403)
  const other = await makeTestTenant(database)
  const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
  expect(await decide(stranger, reporter.id, email)).toBe(404)
})

test('contacts leave as a file by two doors, one judges consent and the other is the notice of a breach; the audit, the third file, names nobody', async () => {
  const filed = filing(office, { reporter: { id: makeId(), name: 'Meena Devi', phone: '+919812340077', email: 'meena@example.org', language: 'en' } })
  await push(officer, [filed])
  const owner = await logInTo(url(), 'owner')
  const files = server.system.routes.filter((route) => route.path.startsWith('/api/') && /export|csv/.test(`${route.path} ${'contentType' in route ? route.contentType : ''}`)).map(({ path }) => path)
  expect(files).toEqual(['/api/v1/contact-lists/export', '/api/v1/breaches/:id/export', '/api/v1/audit/export'])
  const text = await (await owner.call('GET', '/api/v1/audit/export')).text()
  expect(text).toContain('grievance.file')
  for (const word of ['9812340077', 'meena@example.org', 'Meena Devi']) expect(text).not.toContain(word)
})
