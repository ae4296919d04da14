import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportPrivacy } from '#server/features/grievances/privacy/report-privacy.ts'
import { peoplePrivacy } from '#server/features/people/people-privacy.ts'
import { retainTenant } from '#server/features/privacy/retention-loop.ts'
import { eraseTraces } from '#server/sync/erase-traces.ts'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testSecretKey, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { testRoleSecret } from '#server/testing/database-clone.ts'

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

const rows = <T extends object>(sql: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query<T>(sql, values)).rows)
const run = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `scripts/privacy/${script}.ts`, ...args], {
    env: { PATH: process.env['PATH'], SECRET_KEY: testSecretKey, ROLE_SECRET: testRoleSecret, DATABASE_URL: database.ownerUrl, DATA_DIR: makeTestFolder('retention') }
  })
const reporter = (name: string, phone: string) => ({ id: makeId(), name, phone, email: null, language: 'hi' as const })

test('what is older than its rule goes, after a dry run that says how much and changes nothing', async () => {
  const [old, young, open] = [filing(office, { reporter: reporter('Old', '+919812340001') }), filing(office, { reporter: reporter('Young', '+919812340002') }), filing(office, { reporter: reporter('Open', '+919812340003') })]
  const refused = filing(office, { categoryId: makeId(), reporter: reporter('Refused', '+919812340004') })
  await push(worker, [old, young, open, refused])
  const age = (id: unknown, days: number) => rows(`update grievance set state = 'closed', filed_at = now() - $2 * interval '1 day', closed_at = now() - $2 * interval '1 day' where id = $1`, [id, days])
  await age(old.args['grievanceId'], 1_200)
  await age(young.args['grievanceId'], 900)
  await rows(`update grievance set filed_at = now() - interval '9 years' where id = $1`, [open.args['grievanceId']])
  await rows(`update grievance_event set at = now() - interval '4 years' where grievance_id = $1`, [old.args['grievanceId']])
  await rows(`update sync_issue set status = 'settled', settled_at = now() - interval '2 years'`)
  const dry = await run('retention', '--tenant', tenant.slug, '--dry-run')
  expect(dry.stdout).toMatch(/closedReports .*: 1 would go\nsettledIssues .*: 1 would go\nmessages .*: 0 would go/)
  const contacts = async () => (await rows<{ id: string }>('select grievance_id as id from reporter_contact')).map(({ id }) => id).sort()
  expect(await contacts()).toHaveLength(3)
  expect((await run('retention', '--tenant', tenant.slug)).stdout).toMatch(/closedReports .*: 1 gone\nsettledIssues .*: 1 gone/)
  expect(await contacts()).toEqual([young.args['grievanceId'], open.args['grievanceId']].sort())
  expect(await rows('select count(*)::int as count from grievance')).toEqual([{ count: 3 }])
  expect((await run('retention', '--tenant', tenant.slug)).stdout).toMatch(/: 0 gone\n.*: 0 gone\n.*: 0 gone/)
  await expect(run('retention', '--tenant', tenant.slug, '--closed-reports', '1')).rejects.toThrow('at least 30')
}, 120_000)

test('is off in the scheduler until the owner switches a rule on, who sees first what would go; the audit says what went', async () => {
  const { platform } = server.system
  const needs = { ...platform, people: peoplePrivacy, reports: reportPrivacy, eraseTraces, forgetPhotos: () => Promise.resolve({ count: 0, removeFiles: () => Promise.resolve() }), announce: () => undefined }
  const url = `${server.url}/o/${tenant.slug}`
  const owner = await logInTo(url, 'owner')
  const filed = filing(office, { reporter: reporter('Late', '+919812340020') })
  await push(worker, [filed])
  const id = filed.args['grievanceId']
  await rows(`update grievance set state = 'closed', filed_at = now() - interval '100 days', closed_at = now() - interval '100 days' where id = $1`, [id])
  await rows(`update grievance_event set at = now() - interval '100 days' where grievance_id = $1`, [id])
  const state = async (query = '') => ((await (await owner.call('GET', `/api/v1/privacy/retention${query}`)).json()) as { rules: object[] }).rules[0]
  const kept = async () => (await rows('select 1 from reporter_contact where grievance_id = $1', [id])).length
  expect(await state()).toEqual({ rule: 'closedReports', on: false, days: 1_095, due: 0 })
  expect(await state('?closedReports=90')).toEqual({ rule: 'closedReports', on: false, days: 90, due: 1 })
  await retainTenant(needs, tenant.tenantId)
  expect(await kept()).toBe(1)
  expect((await owner.call('PATCH', '/api/v1/privacy/retention', { rule: 'closedReports', days: 29 })).status).toBe(400)
  const change = (days: number | null) => owner.call('PATCH', '/api/v1/privacy/retention', { rule: 'closedReports', days })
  expect((await change(90)).status).toBe(204)
  expect(await state()).toEqual({ rule: 'closedReports', on: true, days: 90, due: 1 })
  await retainTenant(needs, tenant.tenantId)
  expect(await kept()).toBe(0)
  expect(await state()).toEqual({ rule: 'closedReports', on: true, days: 90, due: 0 })
  expect((await change(null)).status).toBe(204)
  expect(await state()).toMatchObject({ on: false, days: 1_095 })
  const said = await rows<{ action: string; after: object }>(`select action, after from audit_entry where action like 'privacy.retention%' order by id desc limit 3`)
  expect(said.reverse()).toEqual([
    { action: 'privacy.retention-rule', after: { closedReports: 90 } },
    { action: 'privacy.retention', after: { closedReports: 1, settledIssues: 0, messages: 0 } },
    { action: 'privacy.retention-rule', after: { closedReports: null } }
  ])
})

test('after a phone was lost the kit says who is to be told, of its wards only, and when the report is due', async () => {
  const person = (name: string, phone: string) =>
    commandOf('person.add', { personId: makeId(), householdId: office.householdA, name, gender: 'female', birthYear: null, language: 'hi', notes: '', contact: { id: makeId(), phone, email: null } })
  await push(worker, [person('=HYPERLINK("http://x")', '+919812340010')])
  await rows('update grievance set ward_id = $1, filed_by = null where id in (select grievance_id from reporter_contact order by grievance_id limit 1)', [office.wardB])
  const out = join(makeTestFolder('breach'), 'affected.csv')
  const told = await run('breach', 'affected', '--tenant', tenant.slug, '--noticed', new Date(Date.now() - 3_600_000).toISOString(), '--device', worker.deviceId, '--out', out)
  expect(told.stdout).toContain('2 people to be told')
  expect(told.stdout).toContain('70 hours left')
  const csv = readFileSync(out, 'utf8')
  expect(csv).toContain(`"'=HYPERLINK(""http://x"")",919812340010,,hi`)
  expect(csv.split('\r\n')).toHaveLength(4)
  expect(await rows("select after -> 'scope' as scope, after -> 'affected' as affected from audit_entry where action = 'breach.record'")).toEqual([{ scope: { kind: 'devices', ids: [worker.deviceId] }, affected: 2 }])
  expect(await rows('select b.recorded_by, b.scope from breach b')).toEqual([{ recorded_by: null, scope: { kind: 'devices', ids: [worker.deviceId] } }])
  await expect(run('breach', 'affected', '--tenant', 'nobody', '--noticed', '2026-11-21', '--out', out)).rejects.toThrow('no office')
}, 120_000)
