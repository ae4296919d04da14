import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { User } from '#shared/identity/user.ts'
import type { Device } from '#shared/devices/device.ts'
import type { SessionInfo } from '#shared/identity/session.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { startTestServer, logInTo, makeTestTenant, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let office: TestTenant
let other: TestTenant
let owner: TestSession
let officer: TestSession
let stranger: TestSession

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  server = await startTestServer({ database, redisUrl: redis.url })
  owner = await logInTo(`${server.url}/o/${office.slug}`, 'owner')
  officer = await logInTo(`${server.url}/o/${office.slug}`, 'officer')
  stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

const newcomer = { login: 'Asha.K', name: 'Asha Kumari', role: 'field_worker', language: 'hi', password: 'long enough words' }

async function problem(response: Response): Promise<{ status: number; paths: string[] }> {
  const body = (await response.json()) as { errors?: { path: string }[] }
  return { status: response.status, paths: (body.errors ?? []).map((error) => error.path) }
}

describe('people of the office', () => {
  test('an owner adds a person, who logs in with any case of the login', async () => {
    const response = await owner.call('POST', '/api/v1/users', newcomer)
    expect(response.status).toBe(201)
    const user = (await response.json()) as User
    expect(user).toMatchObject({ login: 'asha.k', status: 'active', wardIds: [], departmentId: null })
    expect(JSON.stringify(user)).not.toContain('argon2')
    const session = await logInTo(`${server.url}/o/${office.slug}`, 'ASHA.K', { password: newcomer.password })
    expect(session.reply.user).toMatchObject({ id: user.id, language: 'hi' })
  })

  test('the same login twice, a short password, an unknown ward and department name their fields', async () => {
    const nowhere = '019a0000-0000-7000-8000-0000000000ff'
    expect(await problem(await owner.call('POST', '/api/v1/users', newcomer))).toEqual({ status: 409, paths: ['login'] })
    expect(await problem(await owner.call('POST', '/api/v1/users', { ...newcomer, password: 'short' }))).toEqual({ status: 400, paths: ['password'] })
    const id = office.users.viewer
    expect(await problem(await owner.call('PATCH', `/api/v1/users/${id}`, { wardIds: [nowhere] }))).toEqual({ status: 400, paths: ['wardIds'] })
    expect(await problem(await owner.call('PATCH', `/api/v1/users/${id}`, { departmentId: nowhere }))).toEqual({ status: 400, paths: ['departmentId'] })
  })

  test('an officer sees people and changes none; nobody without a login sees any', async () => {
    expect((await officer.call('GET', '/api/v1/users')).status).toBe(200)
    expect((await officer.call('POST', '/api/v1/users', { ...newcomer, login: 'another' })).status).toBe(403)
    expect((await fetch(`${server.url}/o/${office.slug}/api/v1/users`)).status).toBe(401)
  })

  test('the last owner can neither step down nor be disabled', async () => {
    const path = `/api/v1/users/${office.users.owner}`
    expect((await owner.call('PATCH', path, { role: 'officer' })).status).toBe(409)
    expect((await owner.call('PATCH', path, { status: 'disabled' })).status).toBe(409)
    expect((await owner.call('PATCH', path, { name: 'Still here' })).status).toBe(200)
  })

  test('a new role counts at once', async () => {
    const url = `${server.url}/o/${office.slug}`
    const viewer = await logInTo(url, 'viewer')
    expect((await viewer.call('GET', '/api/v1/users')).status).toBe(403)
    await owner.call('PATCH', `/api/v1/users/${office.users.viewer}`, { role: 'officer' })
    expect((await viewer.call('GET', '/api/v1/users')).status).toBe(200)
  })

  test('the wards of a field worker come with the session, and a ward that stays keeps its date of grant', async () => {
    const [first, second] = ['019a0000-0000-7000-8000-000000000011', '019a0000-0000-7000-8000-000000000012']
    const withTenant = server.system.platform.database.withTenant
    await withTenant({ tenantId: office.tenantId }, (tx) =>
      tx.query(
        `insert into ward (tenant_id, id, name, outline) select $1, id, 'Ward', '{"type":"Polygon","coordinates":[]}' from unnest($2::uuid[]) as id`,
        [office.tenantId, [first, second]]
      )
    )
    const path = `/api/v1/users/${office.users.field_worker}`
    await owner.call('PATCH', path, { wardIds: [first] })
    const grantedAt = async () => {
      const { rows } = await withTenant({ tenantId: office.tenantId }, (tx) => tx.query('select granted_at from user_territory where ward_id = $1', [first]))
      return rows
    }
    const before = await grantedAt()
    await owner.call('PATCH', path, { wardIds: [first, second] })
    expect(await grantedAt()).toEqual(before)
    const worker = await logInTo(`${server.url}/o/${office.slug}`, 'field_worker')
    expect(worker.reply.wardIds).toEqual([first, second])
    await owner.call('PATCH', path, { wardIds: [] })
    expect(((await (await worker.call('GET', '/api/v1/session')).json()) as { wardIds: string[] }).wardIds).toEqual([])
  })
})

describe('a limit to departments', () => {
  const change = async (userId: string, body: object) => problem(await owner.call('PATCH', `/api/v1/users/${userId}`, body))
  const department = '019a0000-0000-7000-8000-0000000000dd'

  test('is for departments that there are, one to ten, and never for an owner, whichever comes first', async () => {
    await asOperator(database, office.tenantId, (client) => client.query(`insert into department (tenant_id, id, name) values ($1, $2, 'Roads')`, [office.tenantId, department]))
    const { officer: officerId, owner: ownerId } = office.users
    expect(await change(officerId, { departmentLimit: ['019a0000-0000-7000-8000-0000000000de'] })).toEqual({ status: 400, paths: ['departmentLimit'] })
    expect((await change(officerId, { departmentLimit: [] })).status).toBe(400)
    expect(await change(ownerId, { departmentLimit: [department] })).toEqual({ status: 400, paths: ['departmentLimit'] })
    expect((await change(officerId, { departmentLimit: [department] })).status).toBe(200)
    expect(await change(officerId, { role: 'owner' })).toEqual({ status: 400, paths: ['departmentLimit'] })
    expect(((await (await officer.call('GET', '/api/v1/session')).json()) as SessionInfo).actor.departmentLimit).toEqual([department])
    const { entries } = (await (await owner.call('GET', '/api/v1/audit?action=user.change')).json()) as { entries: { subjectId: string; after: object | null }[] }
    expect(entries.find(({ subjectId }) => subjectId === officerId)?.after).toMatchObject({ departmentLimit: [department] })
    expect((await officer.call('PATCH', `/api/v1/users/${officerId}`, { departmentLimit: null })).status).toBe(403)
    expect((await change(officerId, { departmentLimit: null })).status).toBe(200)
  })
})

describe('another office', () => {
  test("meets another's people and devices as if they were not there", async () => {
    const patched = await stranger.call('PATCH', `/api/v1/users/${office.users.viewer}`, { name: 'Mine now' })
    const revoked = await stranger.call('POST', `/api/v1/devices/${officer.deviceId}/revoke`)
    expect([patched.status, revoked.status]).toEqual([404, 404])
    const { users } = (await (await stranger.call('GET', '/api/v1/users')).json()) as { users: User[] }
    expect(users.map((user) => user.id).sort()).toEqual(Object.values(other.users).sort())
    expect((await officer.call('GET', '/api/v1/session')).status).toBe(200)
  })
})

describe('devices', () => {
  const idsOf = async (session: TestSession) =>
    ((await (await session.call('GET', '/api/v1/devices')).json()) as { devices: Device[] }).devices.map((device) => device.id)

  test('an owner sees all of the office, others their own', async () => {
    expect(await idsOf(officer)).toEqual([officer.deviceId])
    expect(await idsOf(owner)).toEqual(expect.arrayContaining([owner.deviceId, officer.deviceId]))
    expect(await idsOf(owner)).not.toContain(stranger.deviceId)
  })

  test('a phone that two people share keeps its id for both', async () => {
    const url = `${server.url}/o/${office.slug}`
    const first = await logInTo(url, 'officer')
    const second = await logInTo(url, 'field_worker', { id: first.deviceId })
    expect(second.reply.deviceId).toBe(first.deviceId)
    expect((await first.call('GET', '/api/v1/session')).status).toBe(200)
  })

  test('an id that is no UUID names the parameter, an unknown one is not found', async () => {
    expect(await problem(await owner.call('POST', '/api/v1/devices/7/revoke'))).toEqual({ status: 400, paths: ['params.id'] })
    expect((await owner.call('POST', '/api/v1/devices/019a0000-0000-7000-8000-0000000000aa/revoke')).status).toBe(404)
  })
})
