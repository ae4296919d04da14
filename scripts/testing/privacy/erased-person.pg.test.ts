import { afterAll, beforeAll, expect, test } from 'vitest'
import { erasedText, type Erased } from '#shared/privacy/data-request.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, pushOne, queued, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { columnsHolding } from './database-search.ts'

/** Words that stand for one person wherever she was written down. */
const words = ['Zarinabai', '9812355501', 'zarina@example.org', 'my lame leg', 'the blue gate', 'Zarinas son', 'she is poor']

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let owner: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  ;[worker, owner] = [await logInTo(url, 'field_worker'), await logInTo(url, 'owner')]
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const personId = makeId()
const contact = { phone: '+919812355501', email: 'zarina@example.org' }
const reporter = { id: makeId(), name: 'Zarinabai', ...contact, language: 'hi' as const }
const numberOf = (command: { args: Record<string, unknown> }) => command.args['number']
const ask = async <T>(path: string, body: unknown, as = owner) => {
  const response = await as.call('POST', `/api/v1/privacy/${path}`, body)
  return { status: response.status, body: (await response.json()) as T }
}
const search = <T>(sql: string) => asOperator(database, tenant.tenantId, async (client) => (await client.query(sql)).rows as T[])
const keptIn = (word: string) => asOperator(database, tenant.tenantId, (client) => columnsHolding(client, word))

test('a person who is erased is gone from the database and from phones; what is counted and who did it stay', async () => {
  const added = commandOf('person.add', { personId, householdId: office.householdA, name: 'Zarinabai', gender: 'female', birthYear: 1951, language: 'hi', notes: 'she is poor', contact: { id: makeId(), ...contact } })
  const filed = filing(office, { description: 'The hole hurts my lame leg', landmark: 'At the blue gate', reporter, personId })
  const other = filing(office, { reporter: { ...reporter, id: makeId(), name: 'Ravi', phone: '+919812355502', email: null } })
  const note = commandOf('grievance.comment', { grievanceId: filed.args['grievanceId'], text: 'Zarinas son called', visibility: 'staff' })
  const edit = commandOf('grievance.edit', { grievanceId: filed.args['grievanceId'], changes: { landmark: 'Left of the blue gate' } }, { base: { landmark: 'At the blue gate' } })
  const refused = filing(office, { categoryId: makeId(), reporter: { ...reporter, id: makeId() } })
  const waiting = queued(commandOf('grievance.comment', { grievanceId: makeId(), text: 'Tell Zarinabai, 9812355501', visibility: 'staff' }), 9)
  await push(worker, [added, filed, other, note, edit, refused, waiting])
  const replicas = (['people', 'contacts', 'cases', 'issues'] as const).map((collection) => replicaOf(database, worker, collection))
  for (const replica of replicas) await replica.sync()
  const held = () => JSON.stringify(replicas.map((replica) => [...replica.held.values()]))
  for (const word of words) expect([word, held().includes(word)]).toEqual([word, true])
  const before = await search<{ ward_id: string }>('select ward_id, category_id, filed_at, state from grievance order by id')

  const found = (await ask<{ people: { id: string }[]; reports: { id: string }[] }>('search', { phone: '98123 55501' })).body
  expect(found).toMatchObject({ people: [{ id: personId, name: 'Zarinabai', phone: contact.phone }], reports: [{ id: filed.args['grievanceId'], name: 'Zarinabai' }] })
  expect((await ask<object>('search', { number: numberOf(other) })).body).toMatchObject({ people: [], reports: [{ name: 'Ravi' }] })
  const subject = { personIds: [personId], grievanceIds: [] }
  const copy = JSON.stringify((await ask('copy', subject)).body)
  for (const word of ['Zarinabai', contact.phone, contact.email, 'my lame leg', 'blue gate']) expect([word, copy.includes(word)]).toEqual([word, true])
  expect(copy).not.toContain('sealed')

  expect((await ask('erase', { subject }, worker)).status).toBe(403)
  const erased = await ask<Erased>('erase', { subject })
  expect(erased.body).toEqual({ people: 1, reports: 1, contacts: 2, photos: 0, traces: 2 })
  for (const word of words) expect([word, await keptIn(word)]).toEqual([word, []])
  for (const replica of replicas) await replica.sync()
  for (const word of words) expect([word, held().includes(word)]).toEqual([word, false])
  expect(held()).toContain('Ravi')
  expect(await search('select ward_id, category_id, filed_at, state from grievance order by id')).toEqual(before)
  expect(await search("select subject_type, subject_id, actor_id from audit_entry where action = 'privacy.erase' order by 1 desc")).toEqual([
    { subject_type: 'person', subject_id: personId, actor_id: tenant.users.owner },
    { subject_type: 'grievance', subject_id: filed.args['grievanceId'], actor_id: tenant.users.owner }
  ])
  expect((await ask('search', { phone: contact.phone })).body).toEqual({ people: [], reports: [] })
})

test('a change made before on a phone does not bring the person back, and the old commands repeat as duplicates', async () => {
  const late = await pushOne(worker, queued(commandOf('person.edit', { personId, changes: { name: 'Zarinabai', notes: 'she is poor' } }, { base: { name: 'Zarinabai', notes: 'she is poor' } })))
  expect(['applied', 'merged']).toContain(late.verdict)
  expect(await search(`select name, notes, gender, birth_year from person where id = '${personId}'`)).toEqual([{ name: erasedText, notes: '', gender: 'unknown', birth_year: null }])
})

test('another office finds nothing by the same number and erases nothing', async () => {
  const stranger = await makeTestTenant(database)
  const theirs = await logInTo(`${server.url}/o/${stranger.slug}`, 'owner')
  expect((await ask('search', { phone: '+919812355502' }, theirs)).body).toEqual({ people: [], reports: [] })
  const [report] = await search<{ id: string }>(`select g.id from grievance g where g.erased_at is null limit 1`)
  expect((await ask<Erased>('erase', { subject: { personIds: [], grievanceIds: [report!.id] } }, theirs)).body).toMatchObject({ reports: 0, contacts: 0 })
})
