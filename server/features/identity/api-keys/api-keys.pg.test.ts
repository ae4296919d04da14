import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { choosableActions, type CustomRole } from '#shared/identity/custom-role.ts'
import type { ApiKey } from '#shared/identity/api-key.ts'
import { asOperator, filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { pushOne } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

type ShownKey = ApiKey & { key: string }

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let owner: TestSession
let url: string
/** What the server's clock is ahead of the real one, in ms. */
let ahead = 0

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, deps: { clock: { now: () => Date.now() + ahead } } })
})
beforeEach(async () => {
  ahead = 0
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  url = `${server.url}/o/${tenant.slug}`
  owner = await logInTo(url, 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function makeKey(scopes: string[], by = owner): Promise<ShownKey> {
  const response = await by.call('POST', '/api/v1/api-keys', { name: 'Dashboard', scopes, days: 30 })
  expect(response.status).toBe(201)
  return (await response.json()) as ShownKey
}

const rotate = (id: string, overlapHours: number) => owner.call('POST', `/api/v1/api-keys/${id}/rotate`, { days: 30, overlapHours })
const get = (token: string, path: string, at = url) => fetch(`${at}${path}`, { headers: { Authorization: `Bearer ${token}` } })
const statusOf = async (token: string, path: string, at = url) => (await get(token, path, at)).status
const post = (token: string, path: string, body: object = {}) =>
  fetch(`${url}${path}`, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
const askToken = (fields: Record<string, string>, headers: Record<string, string> = {}, at = url) =>
  fetch(`${at}/api/v1/oauth/token`, { method: 'POST', headers, body: new URLSearchParams({ grant_type: 'client_credentials', ...fields }) })
const secretOf = ({ key, id }: ShownKey) => key.slice(`sk_${id}_`.length)
const basicOf = (key: ShownKey) => ({ Authorization: `Basic ${Buffer.from(`${key.id}:${secretOf(key)}`).toString('base64')}` })
const rows = <R extends object>(text: string) => asOperator(database, tenant.tenantId, async (client) => (await client.query<R>(text)).rows)

describe('an API key', () => {
  test('opens what its scopes say, in every ward, and nothing else', async () => {
    const filed = filing(office)
    expect((await pushOne(await logInTo(url, 'officer'), filed)).verdict).toBe('applied')
    const { key } = await makeKey(['grievance.read'])
    const list = (await (await get(key, '/api/v1/grievances')).json()) as { grievances?: { id: string }[] }
    expect(JSON.stringify(list)).toContain(filed.args['grievanceId'])
    const detail = await get(key, `/api/v1/grievances/${filed.args['grievanceId'] as string}`)
    expect(await detail.json()).toMatchObject({ contactShown: false, contact: null })
    expect(await statusOf(key, '/api/v1/grievances/counts')).toBe(200)
    for (const path of ['/api/v1/users', '/api/v1/audit', '/api/v1/wards', '/api/v1/devices', '/api/v1/api-keys', '/api/v1/session', '/api/v1/sync/live']) {
      expect([path, await statusOf(key, path)]).toEqual([path, 403])
    }
    for (const path of ['/api/v1/sync/push', '/api/v1/sync/pull', '/api/v1/users', '/api/v1/api-keys', '/api/v1/session/password']) {
      expect([path, (await post(key, path)).status]).toEqual([path, 403])
    }
    const all = await makeKey(['ward.read', 'user.read', 'device.read', 'message.read', 'audit.read'])
    for (const path of ['/api/v1/wards', '/api/v1/users', '/api/v1/devices', '/api/v1/messages', '/api/v1/audit']) expect([path, await statusOf(all.key, path)]).toEqual([path, 200])
  })

  test('is shown once, kept as a hash, written down without it, and known by its last use to the minute', async () => {
    const made = await makeKey(['ward.read'])
    expect(made.key).toMatch(/^sk_[0-9a-f-]{36}_[\w-]{43}$/)
    const kept = JSON.stringify([await rows('select * from api_key'), await rows('select * from audit_entry'), await (await owner.call('GET', '/api/v1/api-keys')).json()])
    expect(kept).not.toContain(secretOf(made))
    expect(kept).not.toContain(Buffer.from(secretOf(made)).toString('hex'))
    const lastUse = async () => ((await (await owner.call('GET', '/api/v1/api-keys')).json()) as { keys: ApiKey[] }).keys[0]?.lastUsedAt
    expect(await lastUse()).toBeNull()
    await get(made.key, '/api/v1/wards')
    const first = await lastUse()
    expect(first).not.toBeNull()
    ahead = 30_000
    await get(made.key, '/api/v1/wards')
    expect(await lastUse()).toBe(first)
    ahead = 61_000
    await get(made.key, '/api/v1/wards')
    expect(await lastUse()).not.toBe(first)
  })

  test('ends when its time is over or it is revoked, for its tokens too, and is nothing in another office', async () => {
    const [made, other] = [await makeKey(['ward.read']), await makeTestTenant(database)]
    const { access_token: token } = (await (await askToken({}, basicOf(made))).json()) as { access_token: string }
    expect([await statusOf(made.key, '/api/v1/wards'), await statusOf(token, '/api/v1/wards')]).toEqual([200, 200])
    const elsewhere = `${server.url}/o/${other.slug}`
    expect([await statusOf(made.key, '/api/v1/wards', elsewhere), await statusOf(token, '/api/v1/wards', elsewhere)]).toEqual([401, 401])
    expect((await askToken({}, basicOf(made), elsewhere)).status).toBe(401)
    expect(await statusOf(`sk_${made.id}_${'A'.repeat(43)}`, '/api/v1/wards')).toBe(401)
    ahead = 30 * 86_400_000 + 1_000
    expect(await statusOf(made.key, '/api/v1/wards')).toBe(401)
    ahead = 0
    expect((await owner.call('POST', `/api/v1/api-keys/${made.id}/revoke`, {})).status).toBe(204)
    expect([await statusOf(made.key, '/api/v1/wards'), await statusOf(token, '/api/v1/wards')]).toEqual([401, 401])
    expect((await rotate(made.id, 1)).status).toBe(409)
    const told = await rows<{ action: string; actor_id: string }>(`select action, actor_id from audit_entry where subject_id = '${made.id}' order by id`)
    expect(told).toEqual([{ action: 'api_key.make', actor_id: tenant.users.owner }, { action: 'api_key.revoke', actor_id: tenant.users.owner }])
  })

  test('gets a new secret while the old one is taken for the hours given, and no longer', async () => {
    const made = await makeKey(['ward.read'])
    const next = (await (await rotate(made.id, 2)).json()) as ShownKey
    expect([await statusOf(made.key, '/api/v1/wards'), await statusOf(next.key, '/api/v1/wards')]).toEqual([200, 200])
    ahead = 2 * 3_600_000 + 1_000
    expect([await statusOf(made.key, '/api/v1/wards'), await statusOf(next.key, '/api/v1/wards')]).toEqual([401, 200])
    ahead = 0
    const last = (await (await rotate(made.id, 0)).json()) as ShownKey
    expect([await statusOf(made.key, '/api/v1/wards'), await statusOf(next.key, '/api/v1/wards'), await statusOf(last.key, '/api/v1/wards')]).toEqual([401, 401, 200])
  })

  test('is never more than its maker: no action he lacks, no field that is hidden from him, and he rotates no greater one', async () => {
    expect((await owner.call('POST', '/api/v1/api-keys', { name: 'Sly', scopes: ['user.manage'], days: 30 })).status).toBe(400)
    const actions = choosableActions('owner').filter((action) => action !== 'audit.read')
    const role = (await (await owner.call('POST', '/api/v1/roles', { name: 'Half', baseRole: 'owner', actions, masks: ['phone'] })).json()) as CustomRole
    await owner.call('POST', '/api/v1/users', { login: 'half', name: 'Half', language: 'en', password: testPassword, role: 'owner', customRoleId: role.id })
    await owner.call('PATCH', `/api/v1/users/${tenant.users.viewer}`, { phone: '+919800000001' })
    const half = await logInTo(url, 'half')
    expect((await half.call('POST', '/api/v1/api-keys', { name: 'More', scopes: ['audit.read'], days: 30 })).status).toBe(403)
    const whole = await makeKey(['audit.read'])
    expect((await half.call('POST', `/api/v1/api-keys/${whole.id}/rotate`, { days: 30, overlapHours: 0 })).status).toBe(403)
    const phones = async (key: string) => (await get(key, '/api/v1/users')).text()
    expect(await phones((await makeKey(['user.read'], half)).key)).not.toContain('+919800000001')
    expect(await phones((await makeKey(['user.read'])).key)).toContain('+919800000001')
  })
})

describe('OAuth2 client credentials', () => {
  test('give a token of ten minutes, by Basic, form or JSON, with all scopes or those asked for', async () => {
    const made = await makeKey(['ward.read', 'user.read'])
    const client = { client_id: made.id, client_secret: secretOf(made) }
    const whole = (await (await askToken(client)).json()) as { access_token: string }
    expect(whole).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'ward.read user.read' })
    const less = (await (await askToken({ scope: 'ward.read' }, basicOf(made))).json()) as { access_token: string }
    expect([await statusOf(less.access_token, '/api/v1/wards'), await statusOf(less.access_token, '/api/v1/users')]).toEqual([200, 403])
    expect(await statusOf(whole.access_token, '/api/v1/users')).toBe(200)
    const json = await fetch(`${url}/api/v1/oauth/token`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ grant_type: 'client_credentials', ...client }) })
    expect([json.status, json.headers.get('cache-control')]).toEqual([200, 'no-store'])
    ahead = 601_000
    expect(await (await get(whole.access_token, '/api/v1/users')).json()).toMatchObject({ code: 'token_expired' })
  })

  test('refuse as the standard says', async () => {
    const made = await makeKey(['ward.read'])
    const wrong = await askToken({ client_id: made.id, client_secret: 'x' })
    expect([wrong.status, wrong.headers.get('www-authenticate'), await wrong.json()]).toEqual([401, 'Basic realm="sampark"', expect.objectContaining({ error: 'invalid_client' })])
    expect(await (await askToken({ scope: 'user.read' }, basicOf(made))).json()).toMatchObject({ error: 'invalid_scope' })
    expect(await (await askToken({ grant_type: 'password' }, basicOf(made))).json()).toMatchObject({ error: 'unsupported_grant_type' })
    expect((await askToken({ client_id: 'nobody', client_secret: 'x' })).status).toBe(401)
  })
})
