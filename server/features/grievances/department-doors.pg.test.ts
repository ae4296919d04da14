import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GrievanceCounts, GrievanceDetail, GrievanceList, WardCounts } from '#shared/grievances/grievance-list.ts'
import type { SyncIssueList } from '#shared/sync-issues/sync-issue-list.ts'
import { asOperator, commandOf, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { addWater, file, handOver, type Filed, type SecondDepartment } from '#server/testing/offices/two-departments.ts'
import { takePhoto, uploadWhole, type TestPhoto } from '#server/testing/photo-fixture.ts'
import { pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

// Three people who are limited to Roads, of each role that can be, before every door of the office behind which grievances stand.
const roles = ['officer', 'viewer', 'field_worker'] as const
type Role = (typeof roles)[number]

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture & SecondDepartment
let owner: TestSession
let limited: Record<Role, TestSession>
let photos: { mine: TestPhoto; foreign: TestPhoto }
let [mine, foreign]: Filed[] = []
const dataDir = makeTestFolder('departments')

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, environment: { DATA_DIR: dataDir } })
  photos = { mine: await takePhoto(), foreign: await takePhoto() }
  tenant = await makeTestTenant(database)
  office = { ...(await makeOffice(database, tenant)), ...(await addWater(database, tenant.tenantId)) }
  owner = await logInTo(server.url, 'owner')
  ;[mine, foreign] = [await file(owner, office, { photos: [photos.mine.announced] }), await file(owner, office, { categoryId: office.waterCategoryId, description: 'No water since Monday', photos: [photos.foreign.announced] })]
  for (const photo of [photos.mine, photos.foreign]) expect((await uploadWhole(server.url, owner, photo)).status).toBe(204)
  const sessions = await Promise.all(roles.map(async (role) => [role, await addLimited(role)] as const))
  limited = Object.fromEntries(sessions) as Record<Role, TestSession>
}, 120_000)
afterAll(async () => {
  await server?.close()
  await database?.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function addLimited(role: Role): Promise<TestSession> {
  const person = { login: `only-${role}`, name: 'Ravi', role, language: 'en', wardIds: [office.wardA], departmentLimit: [office.departmentId], password: testPassword }
  expect((await owner.call('POST', '/api/v1/users', person)).status).toBe(201)
  return logInTo(server.url, person.login)
}
const rows = <Row>(sql: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows as Row[])
const read = async <Body>(session: TestSession, path: string) => {
  const response = await session.call('GET', `/api/v1/${path}`)
  expect([path, response.status]).toEqual([path, 200])
  return (await response.json()) as Body
}
const statusOf = async (session: TestSession, path: string, method = 'GET', body?: unknown) => (await session.call(method, `/api/v1/${path}`, body)).status

test.each(roles)('%s: lists, searches, counts and the map know the own department alone', async (role) => {
  const session = limited[role]
  expect((await read<GrievanceList>(session, 'grievances')).rows.map(({ id }) => id)).toEqual([mine!.id])
  const { grievance } = await read<GrievanceDetail>(owner, `grievances/${foreign!.id}`)
  for (const query of [`q=${grievance.number}`, 'q=water', `departmentId=${office.waterId}`, `categoryId=${office.waterCategoryId}`, `wardId=${office.wardA}&departmentId=none`]) {
    expect([query, await read<GrievanceList>(session, `grievances?${query}`)]).toEqual([query, { rows: [], next: null, total: { count: 0, exact: true } }])
  }
  const { views, departments } = await read<GrievanceCounts>(session, 'grievances/counts')
  expect([views.open, views.new, views.unassigned]).toEqual([1, 1, 1])
  expect(departments.find(({ id }) => id === office.waterId)?.open).toBe(0)
  expect((await read<WardCounts>(session, 'grievances/ward-counts')).wards).toEqual([{ wardId: office.wardA, open: 1, overdue: 0 }])
})

test.each(roles)('%s: a grievance of another department and what belongs to it answer like what does not exist', async (role) => {
  const session = limited[role]
  expect(await statusOf(session, `grievances/${mine!.id}`)).toBe(200)
  expect(await statusOf(session, `grievances/${foreign!.id}`)).toBe(404)
  expect([await statusOf(session, `files/${photos.mine.announced.id}`), await statusOf(session, `files/${photos.foreign.announced.id}`)]).toEqual([200, 404])
  const contacts = [await statusOf(session, `contacts/${mine!.contactId}/consents`), await statusOf(session, `contacts/${foreign!.contactId}/consents`)]
  expect(contacts).toEqual(role === 'viewer' ? [403, 403] : [200, 404])
  for (const path of ['audit', 'privacy/requests', 'rescue-queues', 'setup']) expect([path, await statusOf(session, path)]).toEqual([path, 403])
})

test.each(['officer', 'field_worker'] as const)('%s: no command reaches a grievance of another department', async (role) => {
  const grievanceId = foreign!.id
  const before = await rows('select * from grievance where id = $1', [grievanceId])
  for (const command of [
    commandOf('grievance.edit', { grievanceId, changes: { landmark: 'Pump' } }, { base: { landmark: 'School gate' } }),
    commandOf('grievance.comment', { grievanceId, text: 'Seen', visibility: 'staff' }),
    commandOf('grievance.step', { grievanceId, action: 'assign', assigneeId: limited[role].reply.user.id }),
    commandOf('grievance.step', { grievanceId, action: 'transfer', transferredTo: 'Mine' }),
    commandOf('grievance.step', { grievanceId, action: 'withdraw' }),
    commandOf('grievance.step', { grievanceId: mine!.id, action: 'markDuplicate', duplicateOf: grievanceId })
  ]) {
    const verdict = await pushOne(limited[role], command)
    expect([command.args['action'] ?? command.name, verdict.verdict, verdict.stored.some(({ document }) => document.id === grievanceId)]).toEqual([command.args['action'] ?? command.name, 'rejected', false])
  }
  expect(await rows('select * from grievance where id = $1', [grievanceId])).toEqual(before)
})

test('an officer sees and sends again the messages of his department alone', async () => {
  const insert = (id: string, subjectId: string) => rows(
    `insert into outbox (tenant_id, id, class, channel, topic, subject_type, subject_id, recipient_kind, recipient_id, language, params, status, expires_at)
     values ($1, $2, 'transactional', 'sms', 'grievance.acknowledged', 'grievance', $3, 'reporter_contact', $4, 'en', '{}', 'failed', now() + interval '1 day')`,
    [tenant.tenantId, id, subjectId, subjectId === mine!.id ? mine!.contactId : foreign!.contactId])
  await rows('delete from outbox where tenant_id = $1', [tenant.tenantId])
  const [ofMine, ofForeign] = [makeId(), makeId()]
  await insert(ofMine, mine!.id)
  await insert(ofForeign, foreign!.id)
  const { officer } = limited
  expect((await read<{ messages: { id: string }[] }>(officer, 'messages')).messages.map(({ id }) => id)).toEqual([ofMine])
  expect((await read<{ counts: { failed: number } }>(officer, 'messages/summary')).counts.failed).toBe(1)
  expect([await statusOf(officer, `messages/${ofForeign}/retry`, 'POST', {}), await statusOf(officer, `messages/${ofMine}/retry`, 'POST', {})]).toEqual([404, 200])
  expect(await rows('select status from outbox where id = $1', [ofForeign])).toEqual([{ status: 'failed' }])
  expect((await read<{ messages: unknown[] }>(owner, 'messages')).messages.length).toBe(2)
})

test('the conflict desk shows issues about his grievances; what waits, and receipts, are his own alone', async () => {
  const { officer, field_worker: worker } = limited
  const conflictOn = async (grievanceId: string) => {
    await pushOne(owner, commandOf('grievance.edit', { grievanceId, changes: { landmark: 'Gate' } }, { base: { landmark: 'School gate' } }))
    await pushOne(owner, commandOf('grievance.edit', { grievanceId, changes: { landmark: 'Pump' } }, { base: { landmark: 'School gate' } }))
  }
  await conflictOn(mine!.id)
  await conflictOn(foreign!.id)
  const desk = async (session: TestSession) => {
    const { issues, open } = await read<SyncIssueList>(session, 'sync-issues?kind=conflict')
    const [own] = await rows<{ count: number }>('select count(*)::int as count from sync_issue where author_id = $1', [session.reply.user.id])
    return { subjects: issues.map(({ subjectId, standing }) => [subjectId, standing]), ofOthers: open - own!.count }
  }
  expect(await desk(officer)).toEqual({ subjects: [[mine!.id, expect.any(String)]], ofOthers: 1 })
  expect(await desk(worker)).toEqual({ subjects: [], ofOthers: 0 })
  expect((await desk(owner)).subjects.length).toBe(2)
  const waiting = queued(commandOf('grievance.comment', { grievanceId: makeId(), text: 'Seen', visibility: 'staff' }))
  expect((await pushOne(owner, waiting)).verdict).toBe('retry')
  expect(await read(officer, 'sync/held')).toEqual({ held: [], count: 0 })
  expect((await read<{ count: number }>(owner, 'sync/held')).count).toBe(1)
  const [judged] = await rows<{ id: string }>('select id from command_log where tenant_id = $1 and actor_id = $2 limit 1', [tenant.tenantId, tenant.users.owner])
  expect([await statusOf(officer, `receipts/${judged!.id}`), await statusOf(owner, `receipts/${judged!.id}`)]).toEqual([404, 200])
})

test('what he wrote himself stays at his desk when its grievance goes to another department, without what stands there now', async () => {
  const { id } = await file(owner, office)
  const edit = (landmark: string) => commandOf('grievance.edit', { grievanceId: id, changes: { landmark } }, { base: { landmark: 'School gate' } })
  await pushOne(owner, edit('Gate'))
  await pushOne(limited.officer, edit('Pump'))
  await pushOne(owner, handOver(id, office.departmentId, office.waterId))
  const { issues } = await read<SyncIssueList>(limited.officer, `sync-issues?subjectId=${id}`)
  expect(issues).toEqual([expect.objectContaining({ subjectId: id, yours: 'Pump', standing: null, subjectTitle: null })])
})

test('what is assigned to him, and what he filed, stays his in any department', async () => {
  const { officer } = limited
  const own = await file(officer, office, { categoryId: office.waterCategoryId })
  const assigned = await file(owner, office, { categoryId: office.waterCategoryId })
  await pushOne(owner, commandOf('grievance.step', { grievanceId: assigned.id, action: 'assign', assigneeId: officer.reply.user.id }))
  for (const { id } of [own, assigned]) {
    expect(await statusOf(officer, `grievances/${id}`)).toBe(200)
    expect((await pushOne(officer, commandOf('grievance.comment', { grievanceId: id, text: 'On it', visibility: 'staff' }))).verdict).toBe('applied')
  }
  const listed = (await read<GrievanceList>(officer, `grievances?departmentId=${office.waterId}`)).rows.map(({ id }) => id)
  expect(listed.toSorted()).toEqual([own.id, assigned.id].toSorted())
})
