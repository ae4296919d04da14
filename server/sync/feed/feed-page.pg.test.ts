import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { asOperator, awaitHorizon, commandOf, filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  officer = await logInTo(server.url, 'officer')
})

afterAll(async () => {
  await server?.close()
  await database?.drop()
})

async function readAll(from: Checkpoint | null): Promise<PulledPage[]> {
  await awaitHorizon(database)
  const pages: PulledPage[] = []
  for (let checkpoint = from; pages.at(-1)?.done !== true; ) {
    const response = await officer.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection: 'cases', checkpoint }] })
    const page = ((await response.json()) as PullReply).pulls[0]!
    pages.push(page)
    checkpoint = page.checkpoint
  }
  return pages
}

const push = (commands: unknown[]) =>
  officer.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands, deviceTime: Date.now() })

test('what moved from one ward of the reader to another comes as it stands now, once, and never as gone', async () => {
  const command = filing(office)
  const grievanceId = command.args['grievanceId'] as string
  await push([command])
  const before = (await readAll(null)).at(-1)!.checkpoint
  for (const [from, to] of [[office.wardA, office.wardB], [office.wardB, office.wardA], [office.wardA, office.wardB]]) {
    await push([commandOf('grievance.edit', { grievanceId, changes: { wardId: to } }, { base: { wardId: from } })])
  }
  const told = (await readAll(before)).flatMap((page) => page.documents).filter(({ id }) => id === grievanceId)
  expect(told).toEqual([expect.objectContaining({ id: grievanceId, wardId: office.wardB })])
})

test('what a reader no longer has anywhere comes as gone, once', async () => {
  const command = filing(office)
  const grievanceId = command.args['grievanceId'] as string
  await push([command])
  const before = (await readAll(null)).at(-1)!.checkpoint
  await asOperator(database, tenant.tenantId, async (client) => {
    await client.query('delete from grievance_event where grievance_id = $1', [grievanceId])
    await client.query('delete from grievance_number where grievance_id = $1', [grievanceId])
    await client.query('delete from grievance where id = $1', [grievanceId])
  })
  const told = (await readAll(before)).flatMap((page) => page.documents).filter(({ id }) => id === grievanceId)
  expect(told).toEqual([{ id: grievanceId, rev: expect.any(Number), _deleted: true }])
})

test('long documents make shorter pages, and none is left out between two of them', async () => {
  const before = (await readAll(null)).at(-1)!.checkpoint
  const commands = Array.from({ length: 60 }, () => filing(office))
  await push(commands)
  const ids = commands.map((command) => command.args['grievanceId'] as string)
  await asOperator(database, tenant.tenantId, (client) =>
    client.query("update grievance set description = repeat('water ', 10000) where id = any ($1)", [ids])
  )
  const pages = await readAll(before)
  expect(pages.length).toBeGreaterThan(3)
  const sizes = pages.map((page) => JSON.stringify(page.documents).length)
  expect(Math.max(...sizes)).toBeLessThan(1_200_000)
  const told = new Set(pages.flatMap((page) => page.documents.map(({ id }) => id)))
  expect(ids.filter((id) => !told.has(id))).toEqual([])
})

test('a page travels packed to whoever takes it so, and plain to whoever does not', async () => {
  const ask = async (encoding: string) => {
    const body = JSON.stringify({ protocol: 1, pulls: [{ collection: 'reference', checkpoint: null }] })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${officer.reply.accessToken}`, 'accept-encoding': encoding }
    const response = await fetch(`${server.url}/api/v1/sync/pull`, { method: 'POST', headers, body })
    const { pulls } = (await response.json()) as PullReply
    return { encoding: response.headers.get('content-encoding'), vary: response.headers.get('vary'), documents: pulls[0]!.documents.length }
  }
  const [plain, ...packed] = [await ask('identity'), await ask('gzip'), await ask('gzip, deflate, br')]
  expect(plain).toMatchObject({ encoding: null, vary: 'Accept-Encoding' })
  expect(packed).toEqual([{ ...plain, encoding: 'gzip' }, { ...plain, encoding: 'br' }])
})
