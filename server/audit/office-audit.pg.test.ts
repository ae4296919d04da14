import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '#shared/identity/user.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { asOperator, makeId } from '#server/testing/office-fixture.ts'
import { logInTo, testPassword, type TestSession } from '#server/testing/start-test-server.ts'

let here: SmallOffice
let owner: TestSession
beforeAll(async () => {
  here = await openSmallOffice()
  owner = await logInTo(here.server.url, 'owner')
})
afterAll(() => here?.close())

interface Row {
  action: string
  actor_id: string | null
  device_id: string | null
  request_id: string | null
  subject_id: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

async function rowsOf(action: string): Promise<Row[]> {
  const { rows } = await asOperator(here.database, here.tenant.tenantId, (client) =>
    client.query<Row>('select action, actor_id, device_id, request_id, subject_id, before, after from audit_entry where tenant_id = $1 and action = $2 order by id', [here.tenant.tenantId, action]))
  return rows
}

test('who adds and changes people is written down, without what is personal of them', async () => {
  const newcomer = { login: 'asha.k', name: 'Asha', role: 'viewer', language: 'hi', phone: '+919876543210', password: 'long enough words' }
  const response = await owner.call('POST', '/api/v1/users', newcomer)
  const { id } = (await response.json()) as User
  await owner.call('PATCH', `/api/v1/users/${id}`, { role: 'officer', phone: '+919876500000', password: 'other long words' })

  expect(await rowsOf('user.add')).toMatchObject([
    { actor_id: here.tenant.users.owner, device_id: owner.deviceId, request_id: response.headers.get('x-request-id'), subject_id: id, before: null, after: { role: 'viewer', phone: '(not kept)' } }
  ])
  const [change] = await rowsOf('user.change')
  expect(change).toMatchObject({ subject_id: id, before: { role: 'viewer' }, after: { role: 'officer', password: '(not kept)' } })
  const all = JSON.stringify([await rowsOf('user.add'), change])
  for (const secret of ['98765', 'long words', 'asha.k', 'argon2']) expect(all).not.toContain(secret)
})

test('a change that is refused leaves no row', async () => {
  const before = (await rowsOf('user.change')).length
  const response = await owner.call('PATCH', `/api/v1/users/${here.tenant.users.owner}`, { role: 'viewer' })
  expect(response.status).toBe(409)
  expect(await rowsOf('user.change')).toHaveLength(before)
})

test('a revoked device and a changed own password are written down', async () => {
  const viewer = await logInTo(here.server.url, 'viewer')
  expect((await viewer.call('POST', '/api/v1/session/password', { current: testPassword, next: 'a fresh long password' })).status).toBe(204)
  expect((await owner.call('POST', `/api/v1/devices/${viewer.deviceId}/revoke`)).status).toBe(200)
  expect((await rowsOf('user.change')).at(-1)).toMatchObject({ actor_id: here.tenant.users.viewer, after: { password: '(not kept)' } })
  expect(await rowsOf('device.revoked')).toMatchObject([{ actor_id: here.tenant.users.owner, subject_id: viewer.deviceId }])
})

test('a login that went well is written down: who, on which device, and how', async () => {
  const viewer = await logInTo(here.server.url, 'officer')
  const [row, ...more] = (await rowsOf('session.open')).filter((one) => one.device_id === viewer.deviceId)
  expect(row).toMatchObject({ actor_id: here.tenant.users.officer, subject_id: here.tenant.users.officer, before: null, after: { how: 'password' } })
  expect([typeof row?.request_id, more]).toEqual(['string', []])
})

test('without its line in the audit there is no session either', async () => {
  const deviceId = makeId()
  const operator = (text: string) => asOperator(here.database, here.tenant.tenantId, (client) => client.query(text))
  await operator(`alter table audit_entry add constraint no_room check (device_id is distinct from '${deviceId}')`)
  await expect(logInTo(here.server.url, 'officer', { id: deviceId })).rejects.toThrow('500')
  expect((await operator(`select 1 from refresh_token where device_id = '${deviceId}' union all select 1 from device where id = '${deviceId}'`)).rowCount).toBe(0)
})

test('a refused login is written down, for known and unknown logins alike, without what was typed', async () => {
  const attempt = (login: string) => logInTo(here.server.url, login, { password: 'wrong wrong wrong' }).catch(() => undefined)
  await attempt('officer')
  await attempt('nobody-here')
  const rows = await rowsOf('session.refuse')
  expect(rows.map((row) => row.subject_id)).toEqual([here.tenant.users.officer, null])
  expect(JSON.stringify(rows)).not.toMatch(/nobody-here|wrong/)
})
