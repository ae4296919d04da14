import { Writable } from 'node:stream'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, testPassword, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

const lines: string[] = []
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture

beforeAll(async () => {
  database = await createTestDatabase()
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) })
  server = await startTestServer({ database, deps: { log: pino({ level: 'debug' }, sink) } })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

test('whatever is asked, by whomever, neither log nor metrics name a person, a phone or a report', async () => {
  const url = `${server.url}/o/${tenant.slug}`
  const [worker, owner] = [await logInTo(url, 'field_worker'), await logInTo(url, 'owner')]
  const filed = filing(office, { description: 'Secretword hole', reporter: { id: makeId(), name: 'Loggedname', phone: '+919812399901', email: 'logged@example.org', language: 'en' } })
  const broken = commandOf('grievance.file', { ...filed.args, reporter: { phone: '+919812399902' }, number: 5 })
  await push(worker, [filed, broken])
  for (const path of ['search', 'copy', 'erase'])
    for (const body of [{ phone: '9812399901' }, { phone: 'Loggedname' }, { number: filed.args['number'] }, { subject: { personIds: [], grievanceIds: ['Loggedname'] } }])
      await owner.call('POST', `/api/v1/privacy/${path}`, body)
  await owner.call('GET', '/api/v1/grievances?q=Loggedname%209812399901')
  await owner.call('GET', '/api/v1/nowhere/9812399901?name=Loggedname')
  const citizen = new PortalVisitor(url)
  await citizen.send('/track', { number: String(filed.args['number']), digits: '9901' })
  await citizen.send('/track/consent', { purpose: 'surveys', given: 'yes', name: 'Loggedname' })
  await citizen.open(`/track?number=${String(filed.args['number'])}&phone=9812399901`)
  await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"login":"Loggedname","password":"9812399901"' })
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(lines.length).toBeGreaterThan(15)
  for (const words of ['9812399901', '9812399902', 'Loggedname', 'logged@example', 'Secretword', String(filed.args['number']), testPassword]) {
    expect([words, lines.filter((line) => line.includes(words))]).toEqual([words, []])
    expect([words, metrics.includes(words)]).toEqual([words, false])
  }
})

test('no address of ours asks for a phone, an e-mail address or a name: these travel in bodies', () => {
  const personal = /phone|email|mail|name$|digits|password|token|secret/i
  const asked = server.system.routes.flatMap((route) => {
    const { query, params } = route as { query?: { shape?: object }; params?: { shape?: object } }
    return [...Object.keys(query?.shape ?? {}), ...Object.keys(params?.shape ?? {})].map((name) => `${route.method} ${route.path} ${name}`)
  })
  expect(asked.length).toBeGreaterThan(20)
  expect(asked.filter((line) => personal.test(line.split(' ')[2] ?? ''))).toEqual([])
})
