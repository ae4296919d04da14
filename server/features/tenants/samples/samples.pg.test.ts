import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Grievance } from '#shared/grievances/grievance.ts'
import type { Samples } from '#shared/tenants/samples.ts'
import { readTenantTables } from '#server/postgres/tenant-tables.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, pushOne, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

let database: TestDatabase
let server: TestServer
const DATA_DIR = makeTestFolder('samples')

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, environment: { DATA_DIR, SMTP_URL: 'smtp://127.0.0.1:1', SMS_URL: 'http://127.0.0.1:1' } })
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

interface Office {
  readonly tenant: TestTenant
  readonly places: OfficeFixture
  readonly owner: TestSession
  readonly officer: TestSession
  readonly worker: TestSession
}

async function openOffice(): Promise<Office> {
  const tenant = await makeTestTenant(database)
  const places = await makeOffice(database, tenant)
  await asOperator(database, tenant.tenantId, (client) =>
    client.query('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', [tenant.tenantId, tenant.users.field_worker, places.wardB])
  )
  const url = `${server.url}/o/${tenant.slug}`
  const [owner, officer, worker] = await Promise.all((['owner', 'officer', 'field_worker'] as const).map((login) => logInTo(url, login)))
  return { tenant, places, owner: owner!, officer: officer!, worker: worker! }
}

const add = (owner: TestSession, grievances = 24) => owner.call('POST', '/api/v1/samples', { grievances })
const fill = async (owner: TestSession) => expect((await add(owner)).status).toBe(201)
const remove = (owner: TestSession, written: number) => owner.call('POST', '/api/v1/samples/removal', { written })
const read = async (owner: TestSession) => (await (await owner.call('GET', '/api/v1/samples')).json()) as Samples
const none: Samples = { households: 0, people: 0, grievances: 0, written: 0, staying: 0 }
const rowsOf = <R extends object>({ tenant }: Office, text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query<R>(text, values)).rows)

/** What sample data may leave behind: that it was there, and the feed's word to phones that it is gone. */
const mayGrow = ['audit_entry', 'audit_segment', 'retired_number', 'sync_document', 'sync_feed', 'sync_digest', 'sync_day', 'idempotency_key']

/** A hash of the rows of every other table of the office. */
async function imageOf({ tenant }: Office): Promise<Record<string, string>> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const tables = await readTenantTables((text) => client.query(text))
    const image: Record<string, string> = {}
    for (const { name } of tables.filter((table) => !mayGrow.includes(table.name))) {
      const { rows } = await client.query<{ hash: string }>(`select count(*) || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from "${name}" t where tenant_id = $1`, [tenant.tenantId])
      image[name] = rows[0]!.hash
    }
    return image
  })
}

function filesOf({ tenant }: Office): number {
  const folder = join(DATA_DIR, 'files', tenant.tenantId)
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length : 0
}

test('samples of every kind come in, reach the phones of their ward, and go again without a trace in what is real', async () => {
  const office = await openOffice()
  expect((await pushOne(office.worker, filing(office.places))).verdict).toBe('applied')
  const phone = replicaOf(database, office.worker, 'cases')
  await phone.sync()
  const [before, idsBefore] = [await imageOf(office), phone.ids()]
  const answer = await add(office.owner)
  expect(answer.status).toBe(201)
  const samples = (await answer.json()) as Samples
  expect(samples).toMatchObject({ grievances: 24, people: 30, written: 0, staying: 0 })
  const reports = await rowsOf<{ state: string; description: string; photos: unknown[]; filed_by: string | null }>(office, `select g.* from grievance g join sample_record s on s.record_id = g.id`)
  expect(new Set(reports.map(({ state }) => state)).size).toBe(12)
  expect(reports.every(({ description }) => /^(Sample|नमूना): /.test(description))).toBe(true)
  expect(filesOf(office)).toBeGreaterThan(0)
  expect((await add(office.owner)).status).toBe(409)
  await phone.sync()
  expect([...phone.held.values()].filter((document) => /^(Sample|नमूना): /.test(String(document['description']))).length).toBeGreaterThan(0)
  expect((await remove(office.owner, 0)).status).toBe(200)
  expect(await read(office.owner)).toEqual(none)
  await phone.sync()
  expect(phone.ids()).toEqual(idsBefore)
  expect(await imageOf(office)).toEqual(before)
  expect(filesOf(office)).toBe(0)
  const actions = await rowsOf<{ action: string }>(office, `select action from audit_entry where action like 'samples.%' order by id`)
  expect(actions.map(({ action }) => action)).toEqual(['samples.add', 'samples.remove'])
})

test('no message is ever sent about a sample, and a real report beside it is told of as always', async () => {
  const office = await openOffice()
  expect((await add(office.owner, 60)).status).toBe(201)
  const [sample] = await rowsOf<Grievance>(
    office, `select g.id, g.state from grievance g join sample_record s on s.record_id = g.id join reporter_contact c on c.grievance_id = g.id where g.tenant_id = $1 and g.state in ('submitted', 'triaged', 'assigned', 'in_progress') and c.phone_hash is not null limit 1`, [office.tenant.tenantId]
  )
  const reporter = { id: makeId(), name: 'Asha', phone: '+919820123456', email: null, language: 'en' as const }
  const real = filing(office.places, { reporter })
  expect((await pushOne(office.worker, real)).verdict).toBe('applied')
  const decide = (grievanceId: string, step: object) => pushOne(office.officer, commandOf('grievance.step', { grievanceId, text: 'Seen and settled', ...step }))
  const refusal = { action: 'reject', reasonCode: 'rti' }
  expect((await decide(sample!.id, ['submitted', 'triaged'].includes(sample!.state) ? refusal : { action: 'resolve' })).verdict).toBe('applied')
  expect((await decide(String(real.args['grievanceId']), refusal)).verdict).toBe('applied')
  const counted = await office.owner.call('GET', '/api/v1/contact-lists/counts?purpose=grievance_updates&channel=sms&groups=people,reporters')
  const { allowed, blocked } = (await counted.json()) as { allowed: number; blocked: Record<string, number> }
  expect(Object.values(blocked).reduce((sum, count) => sum + count, allowed)).toBe(1)
  const messages = await rowsOf<{ subject_id: string; status: string; last_error: string | null }>(office, 'select subject_id, status, last_error from outbox where tenant_id = $1', [office.tenant.tenantId])
  const ofSample = messages.filter(({ subject_id }) => subject_id === sample!.id)
  expect(ofSample.length).toBeGreaterThan(0)
  expect(new Set(ofSample.map(({ status, last_error }) => `${status} ${last_error}`))).toEqual(new Set(['cancelled sample']))
  expect(messages.filter(({ subject_id, status }) => subject_id !== sample!.id && status === 'queued').length).toBeGreaterThan(0)
})

test('what people wrote on samples goes only as counted; their own records stay', async () => {
  const office = await openOffice()
  await fill(office.owner)
  const [person] = await rowsOf<{ id: string; household_id: string; ward_id: string }>(office, `select p.id, p.household_id, p.ward_id from person p join sample_record s on s.record_id = p.id where p.tenant_id = $1`, [office.tenant.tenantId])
  const [sample, other] = await rowsOf<{ id: string; number: string }>(office, `select g.id, g.number from grievance g join sample_record s on s.record_id = g.id where g.tenant_id = $1 and g.ward_id is not null order by g.id`, [office.tenant.tenantId])
  const real = filing(office.places, { wardId: person!.ward_id, personId: person!.id, householdId: person!.household_id })
  const neighbour = { personId: makeId(), householdId: person!.household_id, name: 'Rekha Rao', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: null }
  const remark = commandOf('grievance.comment', { grievanceId: sample!.id, text: 'Looked at it', visibility: 'staff', photos: [] })
  const { verdicts } = await push(office.worker, [real, commandOf('person.add', neighbour), remark])
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['applied', 'applied', 'applied'])
  expect(await read(office.owner)).toMatchObject({ written: 1, staying: 1 })
  expect((await remove(office.owner, 0)).status).toBe(409)
  expect((await read(office.owner)).grievances).toBe(24)
  expect((await remove(office.owner, 1)).status).toBe(200)
  expect(await read(office.owner)).toEqual(none)
  const left = await rowsOf<{ what: string }>(office, `select name as what from person where tenant_id = $1 union all select street from household where tenant_id = $1 union all select description from grievance where tenant_id = $1`, [office.tenant.tenantId])
  expect(left).toHaveLength(4)
  expect(left.map(({ what }) => what)).toEqual(expect.arrayContaining(['Rekha Rao', 'Lake Road', String(real.args['description'])]))
  expect(await rowsOf(office, 'select person_id, household_id from grievance where tenant_id = $1', [office.tenant.tenantId])).toEqual([{ person_id: null, household_id: person!.household_id }])
  const again = filing(office.places, { number: other!.number })
  expect((await pushOne(office.worker, again)).verdict).toBe('applied')
  const [numbered] = await rowsOf<{ number: string }>(office, 'select number from grievance where id = $1', [again.args['grievanceId']])
  expect(numbered!.number).not.toBe(other!.number)
})

test('without a ward or a category nothing is made; a viewer and another office do not see samples', async () => {
  const bare = await makeTestTenant(database)
  const owner = await logInTo(`${server.url}/o/${bare.slug}`, 'owner')
  const refused = await add(owner)
  expect([refused.status, ((await refused.json()) as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, 'wards'])
  const office = await openOffice()
  await fill(office.owner)
  expect(await read(owner)).toEqual(none)
  expect((await remove(owner, 0)).status).toBe(200)
  expect((await read(office.owner)).grievances).toBe(24)
  expect((await add(office.officer)).status).toBe(403)
})

test('nothing real can be marked as a sample', async () => {
  const office = await openOffice()
  const mark = `insert into sample_record (tenant_id, record_id, kind) values ($1, $2, 'household')`
  await expect(rowsOf(office, mark, [office.tenant.tenantId, office.places.householdA])).rejects.toThrow('only a record made in this transaction')
})
