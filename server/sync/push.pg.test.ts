import { afterAll, beforeAll, expect, test } from 'vitest'
import { payloadOf } from '#server/testing/offices/opened-rows.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import type { TestDatabase } from '#server/testing/template-database.ts'
import { asOperator, commandOf, filing, makeId, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { receiptHash } from './receipt-signer.ts'

let here: SmallOffice
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let officer: TestSession

beforeAll(async () => {
  here = await openSmallOffice()
  ;({ database, server, tenant, office, worker, officer } = here)
})

afterAll(() => here?.close())

const count = (sql: string, values: unknown[]) =>
  asOperator(database, tenant.tenantId, async (client) => Number((await client.query(sql, values)).rows[0].count))

test('a filed grievance is stored once, with timeline, audit and a receipt that anyone can check', async () => {
  const command = filing(office)
  const reply = await push(worker, [command])
  const verdict = reply.verdicts[0]!
  expect(verdict.verdict).toBe('applied')
  const hash = receiptHash({ tenantId: tenant.tenantId, command, verdict: 'applied', code: null, receivedAt: verdict.receipt!.receivedAt })
  expect(verdict.receipt!.hash).toBe(hash)
  const batch = reply.batches.find((one) => one.id === verdict.receipt!.batch)!
  expect(batch.hashes).toContain(hash)
  const key = (await (await worker.call('GET', '/api/v1/sync/receipt-key')).json()) as { publicKey: string }
  const { verify } = await import('node:crypto')
  expect(verify(null, Buffer.from(batch.hashes.join('\n')), key.publicKey, Buffer.from(batch.signature, 'base64url'))).toBe(true)
  const stored = verdict.stored.find((record) => record.document.id === command.args['grievanceId'])!
  expect(stored.document).toMatchObject({ state: 'submitted', filedBy: tenant.users.field_worker, rev: 1, departmentId: office.departmentId })
  expect(await count('select count(*) from grievance_event where grievance_id = $1', [command.args['grievanceId']])).toBe(1)
  expect(await count('select count(*) from audit_entry where subject_id = $1', [command.args['grievanceId']])).toBe(1)
})

test('replaying a request changes nothing and answers with the first receipt', async () => {
  const command = filing(office)
  const first = await push(worker, [command])
  const again = await push(worker, [command, command])
  expect(again.verdicts).toHaveLength(1)
  expect(again.verdicts[0]).toMatchObject({ verdict: 'duplicate', first: 'applied', receipt: first.verdicts[0]!.receipt })
  expect(await count('select count(*) from grievance where id = $1', [command.args['grievanceId']])).toBe(1)
})

test('the same command carried by another device at the same moment is stored once', async () => {
  const command = filing(office)
  const second = await logInTo(server.url, 'field_worker')
  const replies = await Promise.all([push(worker, [command]), push(second, [command]), push(worker, [command])])
  for (const reply of replies) expect(reply.verdicts[0]!.verdict).not.toBe('rejected')
  expect(await count('select count(*) from command_log where id = $1', [command.id])).toBe(1)
})

test('two people make records of the same id at the same moment: one stands as it was made, the other is refused', async () => {
  const ids = Array.from({ length: 12 }, makeId)
  const household = (householdId: string, street: string) =>
    commandOf('household.add', { householdId, wardId: office.wardA, houseNumber: '1', street, latitude: null, longitude: null })
  const outcomes = await Promise.all(
    ids.flatMap((id) => [push(worker, [household(id, 'Mill Lane')]), push(officer, [household(id, 'Lake Road')])])
  )
  const streets = await asOperator(database, tenant.tenantId, async (client) =>
    new Map((await client.query<{ id: string; street: string }>('select id, street from household where id = any ($1)', [ids])).rows.map((row) => [row.id, row.street])))
  for (const [index, id] of ids.entries()) {
    const [mill, lake] = outcomes.slice(2 * index, 2 * index + 2).map((reply) => reply.verdicts[0]!)
    expect([mill!.verdict, lake!.verdict].sort()).toEqual(['applied', 'rejected'])
    expect(streets.get(id)).toBe(mill!.verdict === 'applied' ? 'Mill Lane' : 'Lake Road')
  }
})

test('what a device says of itself is noted with its commands, and nonsense of its clock holds up none of them', async () => {
  const unsent = { count: -3, oldestAt: Number.MAX_SAFE_INTEGER }
  const body = { protocol: 1, app: 'test 2', commands: [filing(office)], deviceTime: Date.now(), unsent }
  const response = await worker.call('POST', '/api/v1/sync/push', body)
  expect(((await response.json()) as PushReply).verdicts[0]!.verdict).toBe('applied')
  expect(await count(`select unsent_count as count from device where app_version = 'test 2' and oldest_unsent_at is null`, [])).toBe(0)
})

test('the answer to a batch travels packed: it holds what is stored of each record', async () => {
  const body = { protocol: 1, app: 'test', commands: Array.from({ length: 10 }, () => filing(office)), deviceTime: Date.now() }
  const response = await worker.call('POST', '/api/v1/sync/push', body)
  expect(response.headers.get('content-encoding')).toMatch(/^(br|gzip)$/)
  expect(((await response.json()) as PushReply).verdicts.map(({ verdict }) => verdict)).toEqual(Array(10).fill('applied'))
})

test('a bad command is refused by name and does not block the ones beside it', async () => {
  const good = filing(office)
  const bad = filing(office, { description: '' })
  const unknown = commandOf('grievance.teleport', {})
  const reply = await push(worker, [bad, good, unknown])
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['rejected', 'applied', 'rejected'])
  expect(reply.verdicts[0]).toMatchObject({ code: 'invalid_args', fields: [{ path: 'description' }] })
  expect(reply.verdicts[2]!.code).toBe('unknown_command')
  const kept = await asOperator(database, tenant.tenantId, async (client) =>
    payloadOf(tenant.tenantId, (await client.query('select id, sealed from sync_issue where command_id = $1', [bad.id])).rows[0]))
  expect(kept.args['landmark']).toBe('School gate')
})

test('a command that needs a refused one fails with it, an unrelated one does not', async () => {
  const lost = filing(office, { categoryId: makeId() })
  const follow = commandOf('grievance.comment', { grievanceId: lost.args['grievanceId'], text: 'See above', visibility: 'staff' })
  const reply = await push(worker, [lost, follow, filing(office)])
  expect(reply.verdicts.map((verdict) => verdict.code)).toEqual(['missing_record', 'dependency_rejected', undefined])
})

test('two people edit different fields offline: both stand', async () => {
  const command = filing(office)
  await push(worker, [command])
  const grievanceId = command.args['grievanceId']
  const base = { description: 'A deep hole before the school gate', priority: 'normal' }
  await push(officer, [commandOf('grievance.edit', { grievanceId, changes: { priority: 'high' } }, { base })])
  const reply = await push(worker, [commandOf('grievance.edit', { grievanceId, changes: { description: 'Two holes before the gate' } }, { base })])
  expect(reply.verdicts[0]!.stored[0]!.document).toMatchObject({ priority: 'high', description: 'Two holes before the gate' })
  expect(reply.verdicts[0]!.issues).toEqual([])
})

test('two people edit the same field: both values are kept for a person, who settles them', async () => {
  const command = filing(office)
  await push(worker, [command])
  const grievanceId = command.args['grievanceId'] as string
  const base = { landmark: 'School gate' }
  await push(officer, [commandOf('grievance.edit', { grievanceId, changes: { landmark: 'Back gate' } }, { base })])
  const reply = await push(worker, [commandOf('grievance.edit', { grievanceId, changes: { landmark: 'Bus stop' } }, { base })])
  expect(reply.verdicts[0]!.verdict).toBe('merged')
  const issueId = reply.verdicts[0]!.issues[0]!
  const subject = { collection: 'cases', type: 'grievance', id: grievanceId }
  const settled = await push(officer, [commandOf('issue.settle', { issueId, settlement: 'theirs', subject })])
  expect(settled.verdicts[0]!.verdict).toBe('applied')
  const documents = settled.verdicts[0]!.stored.map((record) => record.document)
  expect(documents).toEqual(expect.arrayContaining([expect.objectContaining({ id: grievanceId, landmark: 'Back gate' }), expect.objectContaining({ id: issueId, status: 'settled' })]))
})

test('a step on a state that has moved on is refused, and the words are kept', async () => {
  const command = filing(office)
  await push(officer, [command])
  const grievanceId = command.args['grievanceId']
  const step = (action: string, more: object = {}) => commandOf('grievance.step', { grievanceId, action, ...more })
  await push(officer, [step('assign', { assigneeId: tenant.users.field_worker }), step('resolve', { text: 'Filled with asphalt' })])
  const late = await push(worker, [step('start')])
  expect(late.verdicts[0]).toMatchObject({ verdict: 'rejected', code: 'stale_state' })
  expect(late.verdicts[0]!.issues).toHaveLength(1)
})

test('a field worker cannot touch another ward, and is not told what is there', async () => {
  const elsewhere = filing(office, { wardId: office.wardB })
  await push(officer, [elsewhere])
  const reply = await push(worker, [commandOf('grievance.comment', { grievanceId: elsewhere.args['grievanceId'], text: 'Hello', visibility: 'staff' })])
  expect(reply.verdicts[0]).toMatchObject({ verdict: 'rejected', code: 'missing_record', stored: [] })
  expect(JSON.stringify(reply)).not.toContain('School gate')
})

test("a command in another person's name is refused", async () => {
  const reply = await push(worker, [{ ...filing(office), actor: tenant.users.owner }])
  expect(reply.verdicts[0]).toMatchObject({ verdict: 'rejected', code: 'not_allowed' })
})

test('a number that another report has already is replaced, and the claimed one still opens the new report', async () => {
  const first = filing(office)
  const second = filing(office, { number: first.args['number'] as string })
  const reply = await push(worker, [first, second])
  const numbers = reply.verdicts.map((verdict) => (verdict.stored[0]!.document as unknown as { number: string }).number)
  expect(numbers[0]).toBe(first.args['number'])
  expect(numbers[1]).not.toBe(first.args['number'])
  expect(await count('select count(*) from grievance_number where number = $1', [first.args['number']])).toBe(2)
})

test('a command the database does not take now is asked for again with those that need it; the others stand', async () => {
  await asOperator(database, tenant.tenantId, (client) =>
    client.query(`
      create function refuse_boom() returns trigger language plpgsql as $$ begin if new.street = 'boom' then raise exception 'boom'; end if; return new; end $$;
      create trigger refuse_boom before insert on household for each row execute function refuse_boom()`)
  )
  const household = (street: string) =>
    commandOf('household.add', { householdId: makeId(), wardId: office.wardA, houseNumber: '1', street, latitude: null, longitude: null })
  const resident = (home: Command) =>
    commandOf('person.add', {
      personId: makeId(), householdId: home.args['householdId'], name: 'Sunita', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: null
    })
  const [lost, sound] = [household('boom'), household('Mill Lane')]
  const batch = [lost, resident(lost), sound, resident(sound), filing(office)]
  const reply = await push(worker, batch)
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['retry', 'retry', 'applied', 'applied', 'applied'])
  await asOperator(database, tenant.tenantId, (client) => client.query('drop trigger refuse_boom on household'))
  const again = await push(worker, batch)
  expect(again.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied', 'applied', 'duplicate', 'duplicate', 'duplicate'])
})

test('reopening starts the promised time anew, by the target of the category', async () => {
  const command = filing(office)
  await push(officer, [command])
  const grievanceId = command.args['grievanceId'] as string
  const step = (action: string, more: object = {}) => commandOf('grievance.step', { grievanceId, action, ...more })
  await push(officer, [step('assign', { assigneeId: tenant.users.field_worker }), step('resolve', { text: 'Filled' })])
  await asOperator(database, tenant.tenantId, (client) => client.query("update grievance set due_at = '2020-01-01' where id = $1", [grievanceId]))
  const reply = await push(officer, [step('reopen', { text: 'The hole is back' })])
  const document = reply.verdicts[0]!.stored.find((record) => record.document.id === grievanceId)!.document as unknown as { dueAt: string }
  expect(Date.parse(document.dueAt)).toBeGreaterThan(Date.now())
})
