import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reference } from '#shared/departments/reference.ts'
import type { WardName, WardOutlines } from '#shared/territories/ward-list.ts'
import { asOperator, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
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
let viewer: TestSession
let stranger: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const other = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  viewer = await logInTo(`${server.url}/o/${tenant.slug}`, 'viewer')
  stranger = await logInTo(`${server.url}/o/${other.slug}`, 'viewer')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

test('wards come by name without outlines, and only those of the office', async () => {
  const { wards } = (await (await viewer.call('GET', '/api/v1/wards')).json()) as { wards: WardName[] }
  expect(wards).toEqual([
    { id: office.wardA, number: '1', name: 'Lake', names: {} },
    { id: office.wardB, number: '2', name: 'Hill', names: {} }
  ])
  expect(await (await stranger.call('GET', '/api/v1/wards')).json()).toEqual({ wards: [], next: null })
})

test('outlines are sent once and again only after a ward changed', async () => {
  const path = '/api/v1/wards/outlines'
  const first = await viewer.call('GET', path)
  const drawn = (await first.json()) as WardOutlines
  expect(drawn.features.map((feature) => feature.id).sort()).toEqual([office.wardA, office.wardB].sort())
  const tag = first.headers.get('etag') ?? ''
  const ask = () =>
    fetch(`${server.url}/o/${tenant.slug}${path}`, {
      headers: {
        Authorization: `Bearer ${viewer.reply.accessToken}`,
        'If-None-Match': tag,
        'Cache-Control': 'max-age=0'
      }
    })
  expect((await ask()).status).toBe(304)
  await asOperator(database, tenant.tenantId, (client) =>
    client.query(`update ward set outline = jsonb_set(outline, '{coordinates,0,0}', '[77.59, 12.89]') where id = $1`, [
      office.wardA
    ])
  )
  expect((await ask()).status).toBe(200)
  expect(((await (await stranger.call('GET', path)).json()) as WardOutlines).features).toEqual([])
})

test('reference data names departments, categories and colleagues, without logins', async () => {
  const reference = (await (await viewer.call('GET', '/api/v1/reference')).json()) as Reference
  expect(reference.departments).toMatchObject([{ id: office.departmentId, name: 'Roads' }])
  expect(reference.categories).toMatchObject([{ id: office.categoryId, departmentId: office.departmentId }])
  expect(reference.staff.map((person) => person.id).sort()).toEqual(Object.values(tenant.users).sort())
  expect(Object.keys(reference.staff[0] ?? {}).sort()).toEqual(['active', 'departmentId', 'id', 'name', 'role', 'type'])
})

test('nobody without a login sees any of it', async () => {
  for (const path of ['wards', 'wards/outlines', 'reference']) {
    expect((await fetch(`${server.url}/o/${tenant.slug}/api/v1/${path}`)).status).toBe(401)
  }
})
