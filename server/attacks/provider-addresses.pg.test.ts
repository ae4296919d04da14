import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutsideCall } from '#server/ports/adapters/outside-call.ts'
import { startOidcDouble, type OidcDouble } from '#server/testing/providers/oidc-double.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestSession } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let idp: OidcDouble
let owner: TestSession

beforeAll(async () => {
  ;[database, idp] = await Promise.all([createTestDatabase(), startOidcDouble()])
  server = await startTestServer({ database, environment: { PUBLIC_URL: 'https://office.test' } })
  const office = await makeTestTenant(database)
  owner = await logInTo(`${server.url}/o/${office.slug}`, 'owner')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([idp?.close(), database?.drop()])
})

test('an office that the world reaches calls no address inside its own network for a login provider', async () => {
  const { port } = new URL(idp.issuer)
  const inside = [
    idp.issuer, `https://127.0.0.1:${port}/realm`, `https://localhost:${port}/realm`, `https://2130706433:${port}/realm`, `https://[::1]:${port}/realm`,
    `https://[::ffff:127.0.0.1]:${port}/realm`, 'https://169.254.169.254/latest', 'https://10.0.0.1', 'http://office.test'
  ]
  for (const issuer of inside) {
    const answer = await owner.call('POST', '/api/v1/oidc', { issuer, clientId: 'x', clientSecret: 'x', label: 'x', password: testPassword })
    expect([issuer, answer.status]).toEqual([issuer, 400])
  }
  expect(idp.calls).toEqual([])
})

test('nor the further addresses that a provider names', async () => {
  const call = createOutsideCall({ onlyOutside: true })
  const { port } = new URL(idp.issuer)
  expect(await call({ method: 'POST', url: `${idp.issuer}/token` })).toEqual({ kind: 'refused' })
  expect(await call({ method: 'GET', url: `https://127.0.0.1:${port}/realm/keys` })).toEqual({ kind: 'refused' })
  expect(await call({ method: 'GET', url: `https://localhost:${port}/realm/keys` })).toEqual({ kind: 'broken', left: false })
  expect(await call({ method: 'GET', url: 'file:///etc/passwd' })).toEqual({ kind: 'refused' })
  expect(idp.calls).toEqual([])
})
