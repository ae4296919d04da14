import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { newId } from '#server/ports/new-id.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { fillOffice } from '#server/testing/offices/fill-office.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { eraseTenant, type EraseNeeds } from './erase-tenant.ts'
import { changeHost, isHostName } from './tenant-hosts.ts'
import { deleteTenant, mayErase, resumeTenant, setQuotas, suspendTenant } from './tenant-status.ts'

let database: TestDatabase
let server: TestServer
let pool: Pool
let clock: TestClock
let needs: EraseNeeds & { newId(): string }

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({ url: database.ownerUrl, name: 'operator', max: 2 })
  clock = createTestClock()
  const fileStore = createLocalFileStore(join(makeTestFolder('lifecycle'), 'files'))
  needs = { database: createDatabase(pool), fileStore, clock, key: new Uint8Array(32), newId: () => newId(clock) }
  server = await startTestServer({ database, deps: { clock } })
})
afterAll(async () => {
  await server?.close()
  await pool?.end()
  await database?.drop()
})

/** Longer than an answer of the directory is believed. */
const awhile = 6_000
const auditOf = (tenantId: string) =>
  asOperator(database, tenantId, async (client) => (await client.query<{ action: string }>('select action from audit_entry where tenant_id = $1 and action <> $2 order by id', [tenantId, 'session.open'])).rows.map(({ action }) => action))

test('a suspended office refuses logins, sessions and sync with one code, keeps everything, and opens again; its owner reads of it', async () => {
  const office = await makeTestTenant(database)
  const url = `${server.url}/o/${office.slug}`
  const session = await logInTo(url, 'officer')
  await suspendTenant(needs, office.tenantId)
  clock.advance(awhile)
  const body = JSON.stringify({ login: 'officer', password: testPassword, device: { id: newId(clock), label: 'x' } })
  const answers = [
    await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }),
    await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: session.cookie } }),
    await session.call('POST', '/api/v1/sync/push', {}),
    await session.call('GET', '/api/v1/reference')
  ]
  for (const answer of answers) expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'tenant_suspended'])
  await expect(suspendTenant(needs, office.tenantId)).rejects.toThrow('The office is suspended')
  await resumeTenant(needs, office.tenantId)
  clock.advance(awhile)
  expect((await session.call('GET', '/api/v1/reference')).status).toBe(200)
  expect(await auditOf(office.tenantId)).toEqual(['tenant.suspend', 'tenant.resume'])
})

test('a deleted office can come back until its grace period is over, and only then be erased', async () => {
  const office = await makeTestTenant(database)
  await expect(mayErase(needs, office.tenantId)).rejects.toThrow('Delete the office first')
  await deleteTenant(needs, office.tenantId, 30)
  clock.advance(29 * 86_400_000)
  await expect(mayErase(needs, office.tenantId)).rejects.toThrow('The grace period lasts until')
  await resumeTenant(needs, office.tenantId)
  await expect(mayErase(needs, office.tenantId)).rejects.toThrow('it is active')
  await deleteTenant(needs, office.tenantId, 30)
  clock.advance(31 * 86_400_000)
  await expect(mayErase(needs, office.tenantId)).resolves.toBeUndefined()
})

test('an erased office leaves nothing but its counts, and its neighbour keeps everything', async () => {
  const gone = await makeTestTenant(database, { hosts: ['gone.example'] })
  const stays = await makeTestTenant(database)
  for (const office of [gone, stays]) await fillOffice(database, office, needs.fileStore)
  const before = await countsOf(stays.tenantId)
  const proof = await eraseTenant(needs, gone.tenantId)
  expect(proof.record).toMatchObject({ slug: gone.slug, filesBefore: 2, filesAfter: 0, rowsBefore: { person: 3, grievance: 2, audit_entry: 1, sync_document: expect.any(Number), user_account: 4 } })
  expect(new Set(Object.values(proof.record.rowsAfter))).toEqual(new Set([0]))
  expect(proof.sha256).toBe(createHash('sha256').update(JSON.stringify(proof.record)).digest('hex'))
  expect(new Set(Object.values(await countsOf(gone.tenantId)))).toEqual(new Set([0]))
  expect(await countsOf(stays.tenantId)).toEqual(before)
  const kept = await asOperator(database, gone.tenantId, async (client) => (await client.query<{ text: string }>('select record::text as text from tenant_erasure')).rows)
  expect(kept).toHaveLength(1)
  expect(kept[0]!.text).not.toMatch(/Asha|98000000|A owner/)
})

async function countsOf(tenantId: string): Promise<Record<string, number>> {
  return asOperator(database, tenantId, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' and table_name <> 'tenant_erasure'`
    )
    const counts: Record<string, number> = {}
    for (const { name } of tables) counts[name] = Number((await client.query<{ count: string }>(`select count(*) from ${name} where tenant_id = $1`, [tenantId])).rows[0]!.count)
    return counts
  })
}

test('no more people can be active than the operator allows, also not two at once', async () => {
  const office = await makeTestTenant(database)
  const url = `${server.url}/o/${office.slug}`
  await setQuotas(needs, office.tenantId, { users: 5 })
  const owner = await logInTo(url, 'owner')
  const person = (login: string) => ({ login, name: 'N', role: 'viewer', language: 'en', password: testPassword })
  const answers = await Promise.all(['one', 'two', 'three'].map((login) => owner.call('POST', '/api/v1/users', person(login))))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  const refusal = (await answers.find(({ status }) => status === 409)!.json()) as object
  expect(refusal).toMatchObject({ code: 'conflict', errors: [{ path: 'quota' }] })
  await setQuotas(needs, office.tenantId, { users: null })
  expect((await owner.call('POST', '/api/v1/users', person('four'))).status).toBe(201)
})

test('a name leads to one office, from the moment the operator adds it until it is removed', async () => {
  const [office, other] = [await makeTestTenant(database), await makeTestTenant(database)]
  const nameAt = () => server.system.platform.directory.tenantOfHost('help.example.org').then((found) => found?.slug ?? null)
  const add = { host: 'Help.Example.org', step: 'add', shared: false } as const
  await changeHost(needs, office.tenantId, add)
  expect(await nameAt()).toBe(office.slug)
  await expect(changeHost(needs, other.tenantId, add)).rejects.toMatchObject({ code: 'conflict', fields: [{ path: 'hosts' }] })
  await changeHost(needs, office.tenantId, { ...add, step: 'remove' })
  expect(await nameAt()).toBeNull()
  await expect(changeHost(needs, office.tenantId, { ...add, step: 'remove' })).rejects.toMatchObject({ code: 'not_found' })
  expect(await auditOf(office.tenantId)).toEqual(['tenant.host.add', 'tenant.host.remove'])
  expect(['help.example.org', 'localhost', 'a b.org', 'no-dot', '-x.org', 'https://x.org'].map(isHostName)).toEqual([true, true, false, false, false, false])
})
