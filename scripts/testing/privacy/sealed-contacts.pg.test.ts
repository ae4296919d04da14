import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { createKeyRing } from '#server/ports/key-ring.ts'
import { rotateTenant, sealedTables } from '#server/jobs/seal-rotation.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, queued, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, testSecretKey, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { columnsHolding } from './database-search.ts'

const marked = { person: '+919812300011', reporter: '+919812300012', refused: '+919812300013', held: '+919812300014', drafted: '+919812300015' }
const email = 'marked.person@example.org'
const name = 'Markedname Reporter'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(`${server.url}/o/${tenant.slug}`, 'field_worker')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const operator = <T>(work: Parameters<typeof asOperator<T>>[2]) => asOperator(database, tenant.tenantId, work)
const person = (householdId: string, phone: string) =>
  commandOf('person.add', { personId: makeId(), householdId, name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: { id: makeId(), phone, email } })
const reporter = (phone: string) => ({ id: makeId(), name, phone, email, language: 'en' as const })

test('a phone number that came in by any door lies nowhere in clear, and who may see it still gets it', async () => {
  const added = person(office.householdA, marked.person)
  const filed = filing(office, { reporter: reporter(marked.reporter) })
  const refused = filing(office, { categoryId: makeId(), reporter: reporter(marked.refused) })
  const waiting = queued(person(makeId(), marked.held), 4)
  const reply = await push(worker, [added, filed, { ...refused, seq: 0 }, waiting])
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied', 'applied', 'rejected', 'retry'])
  expect(JSON.stringify(reply)).toContain(marked.person)
  const citizen = new PortalVisitor(`${server.url}/o/${tenant.slug}`)
  await citizen.send('/report/start', {})
  await citizen.send('/report/category', { category: office.categoryId })
  await citizen.send('/report/place', { landmark: 'Opposite the school gate' })
  await citizen.send('/report/details', { description: 'A deep hole' })
  await citizen.send('/report/photo', { go: 'on' })
  expect((await citizen.send('/report/contact', { name, phone: marked.drafted, email })).text).toContain(marked.drafted)

  for (const words of [...Object.values(marked).map((phone) => phone.slice(3)), email, name])
    expect([words, await operator((client) => columnsHolding(client, words))]).toEqual([words, []])
  expect(await operator((client) => columnsHolding(client, 'A deep hole before'))).toContain('grievance.description')

  const [contacts, issues] = [replicaOf(database, worker, 'contacts'), replicaOf(database, worker, 'issues')]
  await contacts.sync()
  await issues.sync()
  expect([...contacts.held.values()].sort((a, b) => String(a['type']).localeCompare(String(b['type'])))).toMatchObject([{ phone: marked.person, email }, { name, phone: marked.reporter, email }])
  expect(JSON.stringify([...contacts.held.values()])).not.toContain('sealed')
  expect([...issues.held.values()]).toMatchObject([{ payload: { args: { reporter: { phone: marked.refused } } } }])
  const officer = await logInTo(`${server.url}/o/${tenant.slug}`, 'officer')
  const list = (await (await officer.call('GET', '/api/v1/sync-issues')).json()) as { issues: unknown[] }
  expect(list.issues).toMatchObject([{ payload: { args: { reporter: { phone: marked.refused } } } }])
  const detail = await (await officer.call('GET', `/api/v1/grievances/${String(filed.args['grievanceId'])}`)).json()
  expect(detail).toMatchObject({ contact: { phone: marked.reporter } })
  const tracked = await citizen.send('/track', { number: String(filed.args['number']), digits: '0012' })
  expect([tracked.path, tracked.text.includes('A deep hole before')]).toEqual(['/track/status', true])
  expect((await citizen.send('/track/my-data', { do: 'correction', wrong: `It is not ${marked.reporter}` })).text).toContain('The office is told')
  expect(await operator((client) => columnsHolding(client, marked.reporter))).toEqual([])
})

test('a sealed text opens in its own row only', async () => {
  const rows = await operator(async (client) => (await client.query<{ id: string; sealed: string }>('select id, sealed from reporter_contact union all select id, sealed from person_contact order by 1')).rows)
  const keys = server.system.platform.keys
  expect(keys.open(tenant.tenantId, rows[0]!.id, rows[0]!.sealed)).toMatchObject({ email })
  expect(() => keys.open(tenant.tenantId, rows[1]!.id, rows[0]!.sealed)).toThrow('does not open')
  expect(() => keys.open(makeId(), rows[0]!.id, rows[0]!.sealed)).toThrow('does not open')
})

test('every table with sealed text is turned over to a new key in steps, and old rows in clear with it', async () => {
  const inClear = Buffer.from(JSON.stringify({ phone: '+919812300099', email: null })).toString('base64')
  await operator((client) => client.query('update person_contact set sealed = $1, phone_hash = null', [`clear.${inClear}`]))
  const providerId = makeId()
  await server.system.platform.database.withTenant(tenant, (tx) =>
    tx.query(`insert into oidc_provider (tenant_id, id, issuer, client_id, label, sealed, changed_at) values ($1, $2, 'https://login.example', 'office', 'Login', $3, now())`, [
      tenant.tenantId, providerId, tx.sealed.seal(providerId, { clientSecret: 'of the provider' })
    ])
  )
  const keys = createKeyRing({ SECRET_KEY: testSecretKey, DATA_KEYS: `k2:${randomBytes(32).toString('base64url')}` })
  const pool = createPool({ url: database.appUrl, name: 'rotation test', max: 1 })
  try {
    const rotating = createDatabase(pool, keys)
    const columns = await operator(async (client) => (await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'sealed' and data_type = 'text' order by 1`)).rows)
    expect(columns.map((row) => row.name)).toEqual(sealedTables.map(({ table }) => table).sort())
    expect(await rotateTenant(rotating, keys, tenant.tenantId)).toBeGreaterThanOrEqual(5)
    expect(await rotateTenant(rotating, keys, tenant.tenantId)).toBe(0)
    for (const { table } of sealedTables)
      expect(await operator(async (client) => (await client.query(`select distinct key_id from ${table}`)).rows)).toEqual([{ key_id: 'k2' }])
    const found = await rotating.withTenant(tenant, async (tx) => (await tx.query('select 1 from person_contact where phone_hash = any ($1)', [tx.sealed.phoneHashes('+919812300099')])).rowCount)
    expect(found).toBe(1)
    expect(await operator((client) => columnsHolding(client, inClear))).toEqual([])
  } finally {
    await pool.end()
  }
})
