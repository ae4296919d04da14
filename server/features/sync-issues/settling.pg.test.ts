import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { GrievanceDetail } from '#shared/grievances/grievance-list.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { SyncIssueList, SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'
import type { Settlement } from '#shared/sync-issues/sync-issue.ts'
import { asOperator, commandOf, filing } from '#server/testing/office-fixture.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { push as pushCommands } from '#server/testing/phones/sync-calls.ts'
import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'

let here: SmallOffice
let officer: TestSession
let worker: TestSession
let owner: TestSession
let grievance: Command
const [written, byOffice, byWorker] = ['A deep hole before the school gate', 'A hole of one metre', 'Two holes, one of them deep']

beforeAll(async () => {
  here = await openSmallOffice()
  ;({ officer, worker } = here)
  owner = await logInTo(here.server.url, 'owner')
})
afterAll(() => here?.close())

/** Each test has a conflict of its own: the office wrote while the worker was offline. */
beforeEach(async () => {
  grievance = filing(here.office)
  await pushCommands(worker, [grievance])
  expect(await push(officer, edit(byOffice))).toBe('applied')
  expect(await push(worker, edit(byWorker))).toBe('merged')
})

const grievanceId = () => String(grievance.args['grievanceId'])
const edit = (description: string, base = written) =>
  commandOf('grievance.edit', { grievanceId: grievanceId(), changes: { description } }, { base: { description: base } })

/** What became of one command: its verdict, or the code of its refusal. */
async function push(session: TestSession, command: Command): Promise<string> {
  const verdict = (await pushCommands(session, [command])).verdicts[0]!
  return verdict.code ?? verdict.verdict
}

async function issues(query: string): Promise<SyncIssueRow[]> {
  return ((await (await officer.call('GET', `/api/v1/sync-issues?${query}`)).json()) as SyncIssueList).issues
}
const conflict = async (status = 'open') => (await issues(`subjectId=${grievanceId()}&status=${status}`))[0]!
const detail = async () => (await (await officer.call('GET', `/api/v1/grievances/${grievanceId()}`)).json()) as GrievanceDetail
const description = async () => (await detail()).grievance.description

const subject = () => ({ collection: 'cases', type: 'grievance', id: grievanceId() })
const settle = (issue: SyncIssueRow, settlement: Settlement, more: { value?: unknown; base?: unknown } = {}) =>
  commandOf(
    'issue.settle',
    { issueId: issue.id, settlement, subject: subject(), ...('value' in more && { value: more.value }) },
    { base: { description: 'base' in more ? more.base : issue.standing } }
  )
const reopen = (issue: SyncIssueRow) => commandOf('issue.reopen', { issueId: issue.id, subject: subject() })

describe('a conflict', () => {
  test.each([
    ['yours', byWorker, {}],
    ['theirs', byOffice, {}],
    ['other', 'Three holes', { value: 'Three holes' }]
  ] as const)('settled by %s leaves that value in the record, and says so to its author', async (settlement, left, more) => {
    const issue = await conflict()
    expect(issue.standing).toBe(byWorker)
    expect(await push(officer, settle(issue, settlement, more))).toBe('applied')
    expect(await description()).toBe(left)
    const told = { status: 'settled', settlement, settledBy: here.tenant.users.officer, settledValue: left, settledBefore: byWorker }
    expect(await conflict('settled')).toMatchObject(told)
  })

  test('keeps both: the value that does not stand becomes a remark of the office', async () => {
    expect(await push(officer, settle(await conflict(), 'both'))).toBe('applied')
    const { grievance: record, timeline } = await detail()
    expect(record.description).toBe(byWorker)
    expect(timeline.find(({ event }) => event === 'grievance.commented')).toMatchObject({ text: byOffice, visibility: 'staff' })
  })

  test('is settled once: the second one to press is told, and changes nothing', async () => {
    const issue = await conflict()
    expect(await push(officer, settle(issue, 'theirs'))).toBe('applied')
    expect(await push(owner, settle(issue, 'yours', { base: byOffice }))).toBe('stale_state')
    expect(await description()).toBe(byOffice)
  })

  test('is not settled over a newer value that nobody at the desk has seen', async () => {
    const issue = await conflict()
    expect(await push(officer, edit('Filled since', byWorker))).toBe('applied')
    expect(await push(owner, settle(issue, 'theirs'))).toBe('stale_state')
    expect(await description()).toBe('Filled since')
    expect(await conflict()).toMatchObject({ status: 'open', standing: 'Filled since' })
  })

  test('takes no value that its field cannot hold, and none without its record', async () => {
    const issue = await conflict()
    expect(await push(officer, settle(issue, 'other', { value: 7 }))).toBe('invalid_args')
    expect(await push(officer, settle(issue, 'other', { value: 'x' }))).toBe('invalid_args')
    expect(await push(officer, commandOf('issue.settle', { issueId: issue.id, settlement: 'yours', subject: null }))).toBe('missing_record')
    expect(await conflict()).toMatchObject({ status: 'open' })
  })
})

describe('a settlement is taken back', () => {
  test('with what stood before, as a change of its own; the audit keeps both', async () => {
    const issue = await conflict()
    await push(officer, settle(issue, 'theirs'))
    expect(await push(owner, reopen(issue))).toBe('applied')
    expect(await description()).toBe(byWorker)
    expect(await conflict()).toMatchObject({ status: 'open', settlement: null, settledBy: null })
    const { rows } = await asOperator(here.database, here.tenant.tenantId, (client) =>
      client.query<{ action: string; value: string }>(
        `select action, after ->> 'description' as value from audit_entry where subject_id = $1 and after ? 'description' order by at, id`,
        [grievanceId()]
      )
    )
    expect(rows.slice(-2)).toEqual([{ action: 'issue.settle', value: '(not kept)' }, { action: 'issue.reopen', value: '(not kept)' }])
    expect(await push(owner, reopen(issue))).toBe('stale_state')
  })

  test('not once somebody has changed the field since', async () => {
    const issue = await conflict()
    await push(officer, settle(issue, 'theirs'))
    expect(await push(officer, edit('Filled since', byOffice))).toBe('applied')
    expect(await push(owner, reopen(issue))).toBe('stale_state')
    expect(await description()).toBe('Filled since')
    expect(await conflict('settled')).toMatchObject({ status: 'settled' })
  })
})

test('a worker settles and reopens what he wrote, nothing of others; a viewer nothing at all', async () => {
  const own = await conflict()
  await push(worker, edit('Mine again', byWorker))
  expect(await push(officer, edit('Of the office', byWorker))).toBe('merged')
  const [ofOffice] = (await issues(`subjectId=${grievanceId()}`)).filter(({ authorId }) => authorId === here.tenant.users.officer)
  const viewer = await logInTo(here.server.url, 'viewer')
  expect(await push(worker, settle(ofOffice!, 'yours'))).toBe('missing_record')
  expect(await push(viewer, settle(own, 'yours'))).toBe('not_allowed')
  expect(await push(worker, settle(own, 'yours', { base: 'Of the office' }))).toBe('applied')
  expect(await push(viewer, reopen(own))).toBe('not_allowed')
  expect(await push(worker, reopen(own))).toBe('applied')
})

test('many are settled as one batch, each with its own verdict', async () => {
  const first = await conflict()
  grievance = filing(here.office)
  await pushCommands(worker, [grievance])
  await push(officer, edit(byOffice))
  await push(worker, edit(byWorker))
  const second = await conflict()
  const [command, stale] = [settle(second, 'theirs'), settle(second, 'yours')]
  const other = commandOf('issue.settle', { issueId: first.id, settlement: 'theirs', subject: { ...subject(), id: first.subjectId } })
  const { verdicts } = await pushCommands(officer, [other, command, stale])
  expect(verdicts.map(({ verdict, code }) => code ?? verdict)).toEqual(['applied', 'applied', 'stale_state'])
})

test('the desk is narrowed by kind, author and ward', async () => {
  const { wardA, wardB } = here.office
  const mine = `subjectId=${grievanceId()}`
  const found = async (query: string) => (await issues(`${mine}&${query}`)).length
  expect(await Promise.all(['kind=conflict', 'kind=rejected'].map(found))).toEqual([1, 0])
  expect(await Promise.all([here.tenant.users.field_worker, here.tenant.users.officer].map((id) => found(`authorId=${id}`)))).toEqual([1, 0])
  expect(await Promise.all([wardA, wardB].map((id) => found(`wardId=${id}`)))).toEqual([1, 0])
})

test('a receipt is found by its hash as by its command', async () => {
  const look = async (key: string) => (await officer.call('GET', `/api/v1/receipts/${key}`)).json() as Promise<Record<string, unknown>>
  const byId = await look(grievance.id)
  expect(byId).toMatchObject({ verdict: 'applied', name: 'grievance.file', subjectTitle: grievance.args['number'] })
  expect(await look(String(byId['hash']))).toEqual(byId)
  expect(await look('0'.repeat(64))).toMatchObject({ status: 404 })
})
