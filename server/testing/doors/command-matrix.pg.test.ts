import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { choosableActions, type CustomRole } from '#shared/identity/custom-role.ts'
import type { Command } from '#shared/protocol/command.ts'
import { asOperator, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testKeys, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { commandExpectations } from './command-expectations.ts'
import { everyCommand, prepareCommand, type IssueToMake, type Prepared } from './every-command.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let url: string
let owner: TestSession
const names = Object.keys(commandExpectations)

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  url = `${server.url}/o/${tenant.slug}`
  owner = await logInTo(url, 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

/** Every command of the table, on records of its own in the ward, which are there when this resolves. */
async function prepareAll(wardId: string, authorId: string): Promise<Prepared[]> {
  const prepared = names.map((name) => prepareCommand(name, { office, wardId }))
  const { verdicts } = await push(owner, prepared.flatMap(({ first }) => first))
  expect(verdicts.filter(({ verdict }) => verdict !== 'applied')).toEqual([])
  await asOperator(database, tenant.tenantId, async (client) => {
    for (const { id, status } of prepared.flatMap(({ issue }): IssueToMake[] => (issue ? [issue] : []))) {
      await client.query(
        `insert into sync_issue (tenant_id, id, kind, command_id, command_name, code, author_id, author_name, claimed_at, received_at, status, settlement, sealed)
         values ($1, $2, 'rejected', $3, 'person.edit', 'stale_state', $4, 'W', now(), now(), $5, $6, $7)`,
        [tenant.tenantId, id, makeId(), authorId, status, status === 'settled' ? 'dismissed' : null, testKeys.seal(tenant.tenantId, id, { payload: null })]
      )
    }
  })
  return prepared
}

/** What each command is told, by its name in the table: its verdict, or the code of its refusal. */
async function answersTo(session: TestSession, prepared: readonly Prepared[], seq = 0): Promise<Record<string, string>> {
  const commands = prepared.map(({ command }): Command => ({ ...command, seq }))
  const { verdicts } = await push(session, commands)
  return Object.fromEntries(names.map((name, index) => [name, verdicts[index]?.code ?? verdicts[index]?.verdict ?? 'no verdict']))
}

const expected = (isLetIn: (name: string) => boolean) => Object.fromEntries(names.map((name) => [name, isLetIn(name) ? commandExpectations[name]?.ends : 'not_allowed']))
const may = (who: string, name: string) => commandExpectations[name]?.who.split(' ').includes(who) ?? false

/** Someone of the role, or of the custom role that has all of it but one action. */
async function makePerson(login: string, without: { role: 'owner' | 'officer'; action: string }): Promise<TestSession> {
  const actions = choosableActions(without.role).filter((one) => one !== without.action)
  const role = (await (await owner.call('POST', '/api/v1/roles', { name: login, baseRole: without.role, actions, masks: [] })).json()) as CustomRole
  const user = { login, name: login, language: 'en', password: testPassword, role: without.role, customRoleId: role.id }
  expect((await owner.call('POST', '/api/v1/users', user)).status).toBe(201)
  return logInTo(url, login)
}

/** Everything that commands write, as it stands: changes when any of it does. */
async function officeNow(): Promise<unknown> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const tables = ['grievance', 'grievance_event', 'household', 'person', 'person_contact', 'sync_issue', 'command_log', 'held_command', 'outbox']
    const hashes = tables.map((name) => `(select md5(string_agg(to_jsonb(t)::text, ',' order by to_jsonb(t)::text)) from ${name} t where tenant_id = $1)`)
    return (await client.query(`select ${hashes.map((hash, index) => `${hash} as "${tables[index]}"`).join(', ')}`, [tenant.tenantId])).rows
  })
}

test('every command has an expectation, and every expectation a command', async () => {
  expect(await everyCommand()).toEqual(names.toSorted())
})

describe('every command', () => {
  test.each(['owner', 'officer', 'field_worker', 'viewer'] as const)('answers the %s as the table says', async (role) => {
    const prepared = await prepareAll(office.wardA, tenant.users[role])
    expect(await answersTo(await logInTo(url, role), prepared)).toEqual(expected((name) => may(role, name)))
  })

  test('answers a worker on what is neither his nor in his wards as the table says', async () => {
    const prepared = await prepareAll(office.wardB, tenant.users.officer)
    expect(await answersTo(await logInTo(url, 'field_worker'), prepared)).toEqual(Object.fromEntries(names.map((name) => [name, commandExpectations[name]?.elsewhere])))
  })

  const actions = [...new Set(Object.values(commandExpectations).filter(({ who }) => who !== '').flatMap((one) => one.actions))]
  test.each(actions)('is refused where the custom role leaves out %s, and only then', async (action) => {
    const role = Object.values(commandExpectations).some((one) => one.actions.includes(action) && one.who.includes('officer')) ? 'officer' : 'owner'
    const person = await makePerson(`without-${actions.indexOf(action)}`, { role, action })
    const prepared = await prepareAll(office.wardA, tenant.users.officer)
    expect(await answersTo(person, prepared)).toEqual(expected((name) => may(role, name) && !commandExpectations[name]?.actions.includes(action)))
  })

  test("of another office's owner finds nothing there, at once or waiting, and changes nothing", async () => {
    const other = await makeTestTenant(database)
    const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
    const [prepared, before] = [await prepareAll(office.wardA, tenant.users.officer), await officeNow()]
    expect(await answersTo(stranger, prepared)).toEqual(Object.fromEntries(names.map((name) => [name, 'missing_record'])))
    const later = Object.values(await answersTo(stranger, prepared.map((one) => ({ ...one, command: { ...one.command, id: makeId() } })), 1))
    expect(new Set(later)).toEqual(new Set(['missing_record', 'retry']))
    expect(await officeNow()).toEqual(before)
  })

  test('of a revoked device is not read at all', async () => {
    const lost = await logInTo(url, 'officer')
    expect((await owner.call('POST', `/api/v1/devices/${lost.deviceId}/revoke`)).status).toBe(200)
    const [prepared, before] = [await prepareAll(office.wardA, tenant.users.officer), await officeNow()]
    for (const { command } of prepared) {
      const body = { protocol: 1, app: 'test', commands: [command], deviceTime: Date.now() }
      expect((await lost.call('POST', '/api/v1/sync/push', body)).status).toBe(401)
    }
    expect(await officeNow()).toEqual(before)
  })
})
