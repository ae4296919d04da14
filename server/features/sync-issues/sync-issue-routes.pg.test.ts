import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { ReceiptLookup, SyncIssueList } from '#shared/sync-issues/sync-issue-list.ts'
import { commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession
let worker: TestSession
let stranger: TestSession
let grievance: Command

async function push(session: TestSession, command: Command): Promise<PushReply> {
  const response = await session.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands: [command],
    deviceTime: Date.now()
  })
  return (await response.json()) as PushReply
}

async function issues(session: TestSession, query = ''): Promise<SyncIssueList> {
  const response = await session.call('GET', `/api/v1/sync-issues${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as SyncIssueList
}

const edit = (description: string) =>
  commandOf(
    'grievance.edit',
    { grievanceId: grievance.args['grievanceId'], changes: { description } },
    { base: { description: grievance.args['description'] } }
  )

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const other = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  officer = await logInTo(url, 'officer')
  worker = await logInTo(url, 'field_worker')
  stranger = await logInTo(`${server.url}/o/${other.slug}`, 'officer')
  grievance = filing(office)
  await push(worker, grievance)
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

test('two edits of one field meet the office as a card with both values, which a person settles', async () => {
  await push(officer, edit('A hole of one metre'))
  const merged = await push(worker, edit('Two holes, one of them deep'))
  expect(merged.verdicts[0]).toMatchObject({ verdict: 'merged', issues: [expect.any(String)] })
  const before = await issues(officer, `?subjectId=${grievance.args['grievanceId']}`)
  expect(before).toMatchObject({ open: 1, next: null })
  const card = before.issues[0]!
  expect(card).toMatchObject({
    kind: 'conflict',
    field: 'description',
    base: grievance.args['description'],
    yours: 'Two holes, one of them deep',
    theirs: 'A hole of one metre',
    authorName: 'A field_worker',
    subjectCollection: 'cases',
    subjectTitle: grievance.args['number'],
    other: { actorId: tenant.users.officer }
  })
  const subject = { collection: card.subjectCollection, type: card.subjectType, id: card.subjectId }
  await push(
    officer,
    commandOf('issue.settle', { issueId: card.id, settlement: 'other', value: 'Three holes', subject })
  )
  expect((await issues(officer)).issues).toEqual([])
  expect((await issues(officer, '?status=settled')).issues[0]).toMatchObject({
    settlement: 'other',
    settledBy: tenant.users.officer
  })
})

test('a refused change keeps its words; a worker sees his own, another office none', async () => {
  const refused = filing(office, { categoryId: makeId(), description: 'The words that must stay' })
  expect((await push(officer, refused)).verdicts[0]?.verdict).toBe('rejected')
  const open = await issues(officer)
  expect(open.issues[0]).toMatchObject({ kind: 'rejected', code: 'missing_record' })
  expect(JSON.stringify(open.issues[0]?.payload)).toContain('The words that must stay')
  expect((await issues(worker)).issues).toEqual([])
  expect(await issues(stranger)).toEqual({ issues: [], open: 0, next: null })
})

test('pages go on where the last one ended', async () => {
  for (let more = 0; more < 2; more += 1) await push(officer, filing(office, { categoryId: makeId() }))
  const first = await issues(officer, '?limit=2')
  const second = await issues(officer, `?limit=2&before=${first.next}`)
  const ids = [...first.issues, ...second.issues].map((issue) => issue.id)
  expect(new Set(ids).size).toBe(3)
  expect(second.next).toBeNull()
})

test('a receipt is found by the id of its command, by those who may', async () => {
  const look = (session: TestSession, id: string) => session.call('GET', `/api/v1/receipts/${id}`)
  const receipt = (await (await look(officer, grievance.id)).json()) as ReceiptLookup
  expect(receipt).toMatchObject({
    commandId: grievance.id,
    name: 'grievance.file',
    verdict: 'applied',
    actorId: tenant.users.field_worker
  })
  expect(receipt.batch.hashes).toContain(receipt.hash)
  expect((await look(worker, grievance.id)).status).toBe(200)
  const own = edit('Mine alone')
  await push(officer, own)
  const refusals = [look(worker, own.id), look(stranger, grievance.id), look(officer, makeId()), look(officer, 'x')]
  expect((await Promise.all(refusals)).map((response) => response.status)).toEqual([404, 404, 404, 400])
})

test('asks for a login and for the right to read', async () => {
  const url = `${server.url}/o/${tenant.slug}`
  const viewer = await logInTo(url, 'viewer')
  expect((await fetch(`${url}/api/v1/sync-issues`)).status).toBe(401)
  expect((await viewer.call('GET', '/api/v1/sync-issues')).status).toBe(403)
  const bad = await officer.call('GET', '/api/v1/sync-issues?status=lost')
  expect([bad.status, ((await bad.json()) as { errors: { path: string }[] }).errors[0]?.path]).toEqual([
    400,
    'query.status'
  ])
})
