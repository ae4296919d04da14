import net, { type AddressInfo } from 'node:net'
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
  expect(await call({ method: 'GET', url: 'file:///etc/passwd' })).toEqual({ kind: 'refused' })
  expect(idp.calls).toEqual([])
})

test('a name that leads inside is looked up and no connection is opened to it, where a call without the guard opens one', async () => {
  let connections = 0
  const inside = net.createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => inside.listen(0, 'localhost', resolve))
  const url = `https://localhost:${(inside.address() as AddressInfo).port}/realm/keys`
  expect(await createOutsideCall({ onlyOutside: true })({ method: 'GET', url })).toEqual({ kind: 'broken', left: false })
  expect(connections).toBe(0)
  await createOutsideCall({ onlyOutside: false })({ method: 'GET', url })
  expect(connections).toBe(1)
  await new Promise<void>((resolve) => inside.close(() => resolve()))
})
