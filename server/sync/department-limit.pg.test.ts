import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { CompareListReply, CompareReply, FetchRecordsReply } from '#shared/protocol/drift/compare.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { addDigest, bucketOf, emptySum, recordDigest } from '#shared/protocol/drift/record-digest.ts'
import { asOperator, awaitHorizon, beginAsOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { addWater, file, handOver, type SecondDepartment } from '#server/testing/offices/two-departments.ts'
import { push, pushOne, queued, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { scopesBy } from './scopes.ts'

// Roads is the department of the fixture, Water the other one. The worker has ward A.
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture & SecondDepartment
let owner: TestSession
let officer: TestSession
let worker: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = { ...(await makeOffice(database, tenant)), ...(await addWater(database, tenant.tenantId)) }
  const url = `${server.url}/o/${tenant.slug}`
  ;[owner, officer, worker] = [await logInTo(url, 'owner'), await logInTo(url, 'officer'), await logInTo(url, 'field_worker')]
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const rows = <Row>(sql: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows as Row[])
const limit = async (user: 'officer' | 'field_worker', departmentLimit: string[] | null) => {
  const response = await owner.call('PATCH', `/api/v1/users/${tenant.users[user]}`, { departmentLimit })
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ departmentLimit })])
}
const road = (more = {}) => file(owner, office, more)
const water = (more = {}) => file(owner, office, { categoryId: office.waterCategoryId, ...more })

const collections = ['cases', 'contacts', 'issues', 'places', 'people', 'reference'] as const
function phoneOf(session: TestSession) {
  const replicas = Object.fromEntries(collections.map((name) => [name, replicaOf(database, session, name)])) as Record<CollectionName, ReturnType<typeof replicaOf>>
  return {
    ...replicas,
    has: (id: string) => collections.some((name) => replicas[name].ids().includes(id)),
    async sync() {
      const came: Record<string, { documents: number; removals: number }> = {}
      for (const name of collections) came[name] = await replicas[name].sync()
      return came
    }
  }
}
async function ask<Reply>(session: TestSession, path: string, body: object): Promise<Reply> {
  const response = await session.call('POST', `/api/v1/sync/${path}`, { protocol: 1, ...body })
  expect(response.status).toBe(200)
  return (await response.json()) as Reply
}
const nothing = { documents: 0, removals: 0 }

/** A worker of ward A who never saw anything but Roads. */
async function limitedFromTheStart(): Promise<TestSession> {
  const person = { login: 'ravi', name: 'Ravi', role: 'field_worker', language: 'en', wardIds: [office.wardA], departmentLimit: [office.departmentId], password: testPassword }
  expect((await owner.call('POST', '/api/v1/users', person)).status).toBe(201)
  return logInTo(`${server.url}/o/${tenant.slug}`, 'ravi')
}

/** A household with somebody who has a phone, in ward A. */
async function addFamily() {
  const [householdId, personId, contactId] = [makeId(), makeId(), makeId()]
  const contact = { id: contactId, phone: '+910000054321', email: null }
  await push(owner, [
    commandOf('household.add', { householdId, wardId: office.wardA, houseNumber: '7', street: 'Mill Lane', latitude: null, longitude: null }),
    commandOf('person.add', { personId, householdId, name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact })
  ])
  return contactId
}

test.each(['field_worker', 'officer'] as const)('%s: a limit takes the grievances of other departments away, its end brings them back, and people stay untouched', async (who) => {
  const session = who === 'officer' ? officer : worker
  const [mine, other, none, familyContact] = [await road(), await water(), await water(), await addFamily()]
  await rows('update grievance set department_id = null where id = $1', [none.id])
  const phone = phoneOf(session)
  await phone.sync()
  await limit(who, [office.departmentId])
  const came = await phone.sync()
  // Two grievances, an entry each, and their reporters
  expect([came['cases']!.removals, came['contacts']!.removals]).toEqual([4, 2])
  expect([came['places'], came['people']]).toEqual([nothing, nothing])
  expect([mine.id, mine.contactId, familyContact].map(phone.has)).toEqual([true, true, true])
  expect([other.id, other.contactId, none.id, none.contactId].map(phone.has)).toEqual([false, false, false, false])
  expect(await phone.sync()).toEqual(Object.fromEntries(collections.map((name) => [name, nothing])))
  await limit(who, null)
  const back = await phone.sync()
  expect([back['places'], back['people'], back['cases']!.removals]).toEqual([nothing, nothing, 0])
  expect([mine, other, none].every(({ id, contactId }) => phone.has(id) && phone.has(contactId))).toBe(true)
})

test('a new device of a limited person gets what is his and nothing else, by every door of the sync', async () => {
  const [mine, other] = [await road(), await water()]
  const [far, assigned, own] = [await road({ wardId: office.wardB }), await water(), await file(worker, office, { categoryId: office.waterCategoryId })]
  await pushOne(owner, commandOf('grievance.step', { grievanceId: assigned.id, action: 'assign', assigneeId: tenant.users.field_worker }))
  await limit('field_worker', [office.departmentId])
  const phone = phoneOf(worker)
  await phone.sync()
  expect([mine, other, far, assigned, own].map(({ id }) => phone.has(id))).toEqual([true, false, false, true, true])
  for (const collection of collections) {
    const documents = [...phone[collection].held.values()].filter((one) => !one._deleted)
    const all = documents.map((one) => recordDigest(one)).reduce(addDigest, emptySum)
    expect([collection, (await ask<CompareReply>(worker, 'compare', { collection, all })).same]).toEqual([collection, true])
  }
  const listed = await ask<CompareListReply>(worker, 'compare/list', { collection: 'cases', buckets: [bucketOf(other.id)], checkpoint: null, after: null })
  expect(listed.entries.map(({ id }) => id)).not.toContain(other.id)
  const fetched = await ask<FetchRecordsReply>(worker, 'compare/fetch', { collection: 'cases', ids: [other.id, mine.id] })
  expect(fetched.documents.map(({ id }) => id)).toEqual([mine.id])
  expect((await ask<FetchRecordsReply>(worker, 'compare/fetch', { collection: 'contacts', ids: [other.contactId] })).documents).toEqual([])
})

test('a grievance given to another department leaves the devices with all that belongs to it, and comes back with it', async () => {
  const { id, contactId } = await road()
  await limit('field_worker', [office.departmentId])
  const phone = phoneOf(worker)
  await phone.sync()
  await pushOne(owner, handOver(id, office.departmentId, office.waterId))
  await phone.sync()
  expect([phone.has(id), phone.has(contactId), phone.cases.ids()]).toEqual([false, false, []])
  await pushOne(owner, handOver(id, office.waterId, office.departmentId))
  await phone.sync()
  expect([phone.has(id), phone.has(contactId), phone.cases.ids()]).toEqual([true, true, expect.arrayContaining([id])])
  expect(phone.cases.ids().length).toBe(4)
})

test('what was saved for a grievance that left meanwhile is refused in clear words and kept; one never seen is like one that does not exist', async () => {
  const [left, other] = [await road(), await water()]
  await limit('field_worker', [office.departmentId])
  await pushOne(owner, handOver(left.id, office.departmentId, office.waterId))
  const comment = (grievanceId: string) => commandOf('grievance.comment', { grievanceId, text: 'Seen', visibility: 'staff' })
  const late = queued(comment(left.id), 1)
  const refused = await pushOne(worker, late)
  expect(refused).toMatchObject({ verdict: 'rejected', code: 'not_allowed' })
  expect(refused.stored.map(({ document }) => document)).toEqual([{ id: left.id, rev: expect.any(Number), _deleted: true }])
  expect(await rows('select author_id from sync_issue where command_id = $1', [late.id])).toEqual([{ author_id: tenant.users.field_worker }])
  const always = await limitedFromTheStart()
  const [foreign, unknown] = [await pushOne(always, queued(comment(other.id), 1)), await pushOne(always, queued(comment(makeId()), 2))]
  expect([foreign, unknown]).toEqual([1, 2].map(() => expect.objectContaining({ verdict: 'retry', stored: [] })))
  expect(await pushOne(always, comment(other.id))).toMatchObject({ verdict: 'rejected', code: 'missing_record', stored: [] })
  expect(await rows('select 1 from grievance_event where grievance_id = $1 and event = $2', [other.id, 'grievance.commented'])).toEqual([])
})

test('a device that was killed before it wrote down how far it had read is told to drop what a limit took away', async () => {
  const { id } = await water()
  const ask = { protocol: 1, pulls: [{ collection: 'cases', checkpoint: null }] }
  const idsOf = async () => {
    await awaitHorizon(database)
    const { pulls } = (await (await worker.call('POST', '/api/v1/sync/pull', ask)).json()) as PullReply
    return pulls[0]!.documents.filter((one) => !('_deleted' in one)).map((one) => one.id)
  }
  expect(await idsOf()).toContain(id)
  await limit('field_worker', [office.departmentId])
  await awaitHorizon(database)
  const { pulls } = (await (await worker.call('POST', '/api/v1/sync/pull', ask)).json()) as PullReply
  expect(pulls[0]!.documents).toContainEqual({ id, rev: expect.any(Number), _deleted: true })
})

test('an issue about a grievance is for those of its department, moves with it, and one about nothing is for those without a limit', async () => {
  const { id } = await water()
  await pushOne(owner, commandOf('grievance.edit', { grievanceId: id, changes: { description: 'Since Monday' } }, { base: { description: 'A deep hole before the school gate' } }))
  await pushOne(owner, commandOf('grievance.edit', { grievanceId: id, changes: { description: 'Since Tuesday' } }, { base: { description: 'A deep hole before the school gate' } }))
  await pushOne(owner, commandOf('grievance.comment', { grievanceId: makeId(), text: 'Lost', visibility: 'staff' }))
  const issues = await rows<{ id: string; subject_id: string }>('select id, subject_id from sync_issue where tenant_id = $1', [tenant.tenantId])
  const about = issues.find((issue) => issue.subject_id === id)!.id
  expect(issues.length).toBe(2)
  await limit('officer', [office.departmentId])
  const phone = replicaOf(database, officer, 'issues')
  await phone.sync()
  expect(phone.ids()).toEqual([])
  await pushOne(owner, handOver(id, office.waterId, office.departmentId))
  await phone.sync()
  expect(phone.ids()).toEqual([about])
  expect(await pushOne(officer, commandOf('issue.settle', { issueId: about, settlement: 'dismissed', subject: null }))).toMatchObject({ verdict: 'applied' })
})

test('an open line is told of the own department and of people, and ends when the limit changes', async () => {
  await limit('field_worker', [office.departmentId])
  const response = await worker.call('GET', '/api/v1/sync/live')
  const heard = { text: '', ended: false }
  void (async () => {
    const decoder = new TextDecoder()
    for await (const part of response.body!) heard.text += decoder.decode(part, { stream: true })
    heard.ended = true
  })()
  await expect.poll(() => heard.text).toContain('event: hello')
  await water()
  await addFamily()
  await expect.poll(() => heard.text).toContain('"people"')
  expect(heard.text).not.toContain('"cases"')
  await road()
  await expect.poll(() => heard.text).toContain('"cases"')
})

test('a limit that is set while its person is sending: what he changed does not come back to his device', async () => {
  const { id } = await water()
  const phone = replicaOf(database, officer, 'cases')
  await phone.sync()
  const holder = await beginAsOperator(database, tenant.tenantId)
  await holder.query('select 1 from grievance where tenant_id = $1 and id = $2 for update', [tenant.tenantId, id])
  const waits = async (count: number) =>
    expect.poll(async () => (await rows<{ seen: number }>("select count(*)::int as seen from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0]!.seen, { timeout: 20_000 }).toBe(count)
  const pushed = pushOne(officer, queued(commandOf('grievance.edit', { grievanceId: id, changes: { landmark: 'Pump' } }, { base: { landmark: 'School gate' } })))
  await waits(1)
  const limited = limit('officer', [office.departmentId])
  await waits(2)
  await phone.sync('atOnce')
  await holder.query('commit')
  await holder.end()
  const verdict = await pushed
  await limited
  phone.take(verdict)
  await phone.sync()
  expect([verdict.verdict, phone.ids()]).toEqual(['applied', []])
})

test.each(['officer', 'viewer', 'field_worker'] as const)('%s: the database names the scopes of a limit as the server does', async (role) => {
  const wards = role === 'field_worker' ? [office.wardA] : [office.wardA, office.wardB]
  for (const departmentLimit of [null, [office.departmentId], [office.departmentId, office.waterId]]) {
    const named = await rows<{ scope: string }>('select departmental_scopes($1, $2, $3, $4) as scope', [tenant.tenantId, tenant.users[role], role, departmentLimit])
    const { departmental } = scopesBy({ userId: tenant.users[role], office: role !== 'field_worker', wards, departmentLimit })
    expect(named.map(({ scope }) => scope).toSorted()).toEqual(departmental.filter((scope) => scope !== 'tenant' && !scope.startsWith('user:')).toSorted())
  }
})

/** Runs statements as a role that owns every table and is bound by row-level security, as the owner is on a rented Postgres. */
async function asPlainOwner(sql: string): Promise<void> {
  const role = `plain_owner_${tenant.tenantId.replaceAll('-', '')}`
  const giveTables = (owner: string) => `do $give$ declare one record; begin
    for one in select oid::regclass as name from pg_class c where relnamespace = 'public'::regnamespace
      and (relkind = 'r' or relkind = 'S' and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))) loop
      execute format('alter table %s owner to ${owner}', one.name);
    end loop; end $give$;`
  await rows(`create role ${role} nosuperuser nobypassrls; grant usage, create on schema public to ${role}; ${giveTables(role)}
    set role ${role}; set local app.tenant_id = ''; ${sql} reset role; ${giveTables('current_user')} drop owned by ${role}; drop role ${role};`)
}

test('what was there before the migration gets its scopes by it, also from an owner of the tables who is no superuser, and nothing that a device holds is sent again', async () => {
  const [{ id, contactId }, familyContact] = [await road(), await addFamily()]
  const phone = phoneOf(worker)
  await phone.sync()
  await rows(`update sync_document d set scopes = array(select s from unnest(scopes) s where s !~ '/|^home:') where tenant_id = $1`, [tenant.tenantId])
  await rows(`delete from sync_feed where tenant_id = $1 and scope ~ '/|^home:'`, [tenant.tenantId])
  const migration = readFileSync(resolve(import.meta.dirname, '../postgres/migrations/0048-department-limits.sql'), 'utf8')
  await asPlainOwner(/^alter table tenant no force[\s\S]*?^alter table tenant force[^;]*;/m.exec(migration)![0])
  expect(await phone.sync()).toEqual(Object.fromEntries(collections.map((name) => [name, nothing])))
  const late = phoneOf(await limitedFromTheStart())
  await late.sync()
  expect([id, contactId, familyContact].map(late.has)).toEqual([true, true, true])
})

test('a ward that a limited person loses takes its grievances of his department and its people along', async () => {
  const [{ id }, familyContact] = [await road(), await addFamily()]
  await limit('field_worker', [office.departmentId])
  const phone = phoneOf(worker)
  await phone.sync()
  expect([phone.has(id), phone.has(familyContact)]).toEqual([true, true])
  await owner.call('PATCH', `/api/v1/users/${tenant.users.field_worker}`, { wardIds: [] })
  await awaitHorizon(database)
  await phone.sync()
  expect([phone.has(id), phone.has(familyContact), phone.places.ids().includes(office.householdA)]).toEqual([false, false, false])
  expect((await pushOne(worker, queued(filing(office)))).verdict).toBe('applied')
})
