import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AffectedPage, Breach, NewBreach } from '#shared/privacy/breach.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let clock: TestClock
let tenant: TestTenant
let office: OfficeFixture
let owner: TestSession
const url = () => `${server.url}/o/${tenant.slug}`
const hour = 3_600_000

beforeAll(async () => {
  database = await createTestDatabase()
  clock = createTestClock()
  server = await startTestServer({ database, deps: { clock } })
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

const words = { what: 'A phone was left in the bus', consequences: '', measures: '', advice: '', cause: '', contact: '' }
const breachOf = (more: Partial<NewBreach> = {}): NewBreach => ({
  noticedAt: new Date(clock.now() - hour).toISOString(), noticedBy: 'Asha', openFrom: null, openUntil: null, scope: { kind: 'office' }, dataKinds: ['names', 'phones'], words, ...more
})

async function record(more: Partial<NewBreach> = {}): Promise<string> {
  const response = await owner.call('POST', '/api/v1/breaches', breachOf(more))
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}

const list = async () => (await (await owner.call('GET', '/api/v1/breaches')).json()) as { now: string; breaches: Breach[] }
const affected = async (id: string, query = '') => (await (await owner.call('GET', `/api/v1/breaches/${id}/affected${query}`)).json()) as AffectedPage
const post = async (id: string, door: string, body: object) => (await owner.call('POST', `/api/v1/breaches/${id}/${door}`, body)).status
const audited = () =>
  asOperator(database, tenant.tenantId, async (client) =>
    (await client.query<{ action: string; actor_id: string; after: object }>(`select action, actor_id, after from audit_entry where tenant_id = $1 and action like 'breach.%' order by id`, [tenant.tenantId])).rows)

async function person(name: string, phone: string): Promise<void> {
  const args = { personId: makeId(), householdId: office.householdA, name, gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: { id: makeId(), phone, email: null } }
  expect((await push(owner, [commandOf('person.add', args)])).verdicts[0]?.verdict).toBe('applied')
}

async function report(by: TestSession, name: string, wardId: string, phone: string): Promise<void> {
  expect((await push(by, [filing(office, { wardId, reporter: { id: makeId(), name, phone, email: null, language: 'en' } })])).verdicts[0]?.verdict).toBe('applied')
}

test('the clock runs from the notice by the time of the server, the steps say who and when, and a reason closes it for good', async () => {
  const noticed = clock.now() - hour
  const id = await record({ noticedAt: new Date(noticed).toISOString() })
  clock.advance(2 * hour)
  owner = await logInTo(url(), 'owner')
  const asked = clock.now()
  const { now, breaches } = await list()
  expect(breaches[0]?.dueAt).toBe(new Date(noticed + 72 * hour).toISOString())
  expect(Date.parse(now)).toBeGreaterThanOrEqual(asked)
  expect(Date.parse(now)).toBeLessThanOrEqual(clock.now())
  expect(breaches).toMatchObject([{ id, recordedBy: tenant.users.owner, noticedBy: 'Asha', steps: [], closed: null }])
  expect(await post(id, 'steps', { step: 'board_told', done: true })).toBe(204)
  expect(await post(id, 'steps', { step: 'stopped', done: true })).toBe(204)
  expect(await post(id, 'steps', { step: 'stopped', done: false })).toBe(204)
  expect((await owner.call('PATCH', `/api/v1/breaches/${id}`, { words: { cause: 'A hole in the pocket' } })).status).toBe(204)
  const isNow = (instant: string | undefined) => expect(Math.abs(Date.parse(instant ?? '') - clock.now())).toBeLessThan(hour)
  const [told] = (await list()).breaches
  expect(told).toMatchObject({ words: { ...words, cause: 'A hole in the pocket' }, steps: [{ step: 'board_told', doneBy: tenant.users.owner }] })
  isNow(told?.steps[0]?.doneAt)
  expect(await post(id, 'close', { reason: 'short' })).toBe(400)
  expect(await post(id, 'close', { reason: 'The phone came back unopened' })).toBe(204)
  for (const [door, body] of [['steps', { step: 'stopped', done: true }], ['close', { reason: 'The phone came back again' }]] as const) expect(await post(id, door, body)).toBe(409)
  const { closed } = (await list()).breaches[0]!
  expect(closed).toMatchObject({ by: tenant.users.owner, reason: 'The phone came back unopened' })
  isNow(closed?.at)
  const said = await audited()
  expect(said.map(({ action }) => action)).toEqual(['breach.record', 'breach.step', 'breach.step', 'breach.step', 'breach.change', 'breach.close'])
  expect(new Set(said.map((one) => one.actor_id))).toEqual(new Set([tenant.users.owner]))
  expect(JSON.stringify(said)).not.toMatch(/pocket|left in the bus|Asha/)
})

test('of a lost phone those are told whose data it held: its wards, and the reports its holder filed elsewhere', async () => {
  const worker = await logInTo(url(), 'field_worker')
  await person('=1+1', '+919812350001')
  await report(owner, 'Far', office.wardB, '+919812350002')
  await report(worker, 'Filed', office.wardB, '+919812350003')
  await report(owner, 'Again', office.wardA, '+919812350001')
  const [ofPhone, ofAccount, ofWard, ofAll] = [
    await record({ scope: { kind: 'devices', ids: [worker.deviceId] } }), await record({ scope: { kind: 'accounts', ids: [tenant.users.field_worker] } }),
    await record({ scope: { kind: 'wards', ids: [office.wardB] } }), await record()
  ]
  const names = async (id: string) => (await affected(id)).people.map(({ name }) => name).toSorted()
  expect(await names(ofPhone)).toEqual(['=1+1', 'Filed'])
  expect(await names(ofAccount)).toEqual(['=1+1', 'Filed'])
  expect(await names(ofWard)).toEqual(['Far', 'Filed'])
  expect(await names(ofAll)).toEqual(['=1+1', 'Far', 'Filed'])
  const first = await affected(ofAll, '?limit=2')
  const rest = await affected(ofAll, `?limit=2&after=${first.next}`)
  expect([first.total, first.people.length, rest.people.length, rest.next]).toEqual([3, 2, 1, null])
  expect(JSON.stringify(first)).not.toContain('98123')
  const file = await (await owner.call('GET', `/api/v1/breaches/${ofPhone}/export`)).text()
  expect(file.split('\r\n').toSorted()).toEqual(['', `"'=1+1",919812350001,,hi`, 'Filed,919812350003,,en', 'name,phone,email,language'].toSorted())
  expect((await audited()).at(-1)).toMatchObject({ action: 'breach.export', after: { affected: 2 } })
})

test('nothing to come is noticed, nothing of another office is named, and only the owner is let in', async () => {
  const other = await makeTestTenant(database)
  for (const wrong of [
    { noticedAt: new Date(clock.now() + hour).toISOString() }, { scope: { kind: 'accounts' as const, ids: [other.users.owner] } }, { scope: { kind: 'devices' as const, ids: [makeId()] } },
    { openFrom: '2026-01-02T00:00:00Z', openUntil: '2026-01-01T00:00:00Z' }
  ])
    expect((await owner.call('POST', '/api/v1/breaches', breachOf(wrong))).status).toBe(422)
  const id = await record()
  for (const role of ['officer', 'field_worker', 'viewer']) expect((await (await logInTo(url(), role)).call('GET', '/api/v1/breaches')).status).toBe(403)
  const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
  for (const door of ['affected', 'export']) expect((await stranger.call('GET', `/api/v1/breaches/${id}/${door}`)).status).toBe(404)
  expect((await stranger.call('POST', `/api/v1/breaches/${id}/close`, { reason: 'It is not mine to close' })).status).toBe(404)
  expect((await list()).breaches).toHaveLength(1)
})
