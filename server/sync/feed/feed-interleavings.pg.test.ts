import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { startPostgres, type EmbeddedPostgres } from '#server/embedded/embedded-postgres.ts'
import { cloneTemplate, prepareTemplate, type ClonedDatabase } from '#server/testing/database-clone.ts'
import { beginAsOperator, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

// Writers stepped by hand through every order of BEGIN, write and COMMIT, with a reader that pulls after each step. They hold
// transactions open, and the horizon is cluster-wide: a Postgres of their own.
let postgres: EmbeddedPostgres
let database: ClonedDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: makeTestFolder('orders'), port: 0, purpose: 'test', log: () => undefined })
  await prepareTemplate(postgres.superuserUrl)
  database = await cloneTemplate(postgres.superuserUrl)
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  officer = await logInTo(server.url, 'officer')
}, 120_000)

afterAll(async () => {
  await server?.close()
  await postgres?.stop()
})

/** Every order in which `count` writers can take their three steps, each its own in order. */
function ordersOf(count: number): number[][] {
  const orders: number[][] = []
  const extend = (order: number[], left: readonly number[]): void => {
    if (left.every((steps) => steps === 0)) orders.push(order)
    for (const [writer, steps] of left.entries())
      if (steps > 0) extend([...order, writer], left.map((other, index) => (index === writer ? other - 1 : other)))
  }
  extend([], Array.from({ length: count }, () => 3))
  return orders
}

async function pull(checkpoint: Checkpoint | null) {
  const response = await officer.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection: 'places', checkpoint }] })
  const [page] = ((await response.json()) as PullReply).pulls
  return { checkpoint: page!.checkpoint, ids: page!.documents.map((document) => document.id) }
}

/** Plays one order; resolves to the ids that were committed and never read. */
async function lostIn(order: readonly number[], start: Checkpoint): Promise<{ lost: string[]; checkpoint: Checkpoint }> {
  const writers: Writer[] = [0, 1, 2].map(() => ({ taken: 0, client: null }))
  const ids: string[] = []
  const seen = new Set<string>()
  let checkpoint = start
  for (const index of order) {
    await takeStep(writers[index]!, ids)
    const read = await pull(checkpoint)
    checkpoint = read.checkpoint
    for (const id of read.ids) seen.add(id)
  }
  return { lost: ids.filter((id) => !seen.has(id)), checkpoint }
}

interface Writer {
  taken: number
  client: Awaited<ReturnType<typeof beginAsOperator>> | null
}

async function takeStep(writer: Writer, ids: string[]): Promise<void> {
  writer.taken += 1
  writer.client ??= await beginAsOperator(database, tenant.tenantId)
  if (writer.taken === 1) await writer.client.query('select pg_current_xact_id()')
  else if (writer.taken === 2) {
    ids.push(makeId())
    await writer.client.query(
      `insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '1', 'Lake Road')`,
      [tenant.tenantId, ids.at(-1), office.wardA]
    )
  } else {
    await writer.client.query('commit')
    await writer.client.end()
  }
}

test.each([
  ['two writers in all 20 orders', 2, 1],
  ['three writers in every 40th of their 1,680 orders', 3, 40]
])('%s: what commits is read', async (_, count, every) => {
  let { checkpoint } = await pull(null)
  for (const order of ordersOf(count).filter((_order, index) => index % every === 0)) {
    const played = await lostIn(order, checkpoint)
    expect(played.lost, `order ${order.join(' ')}`).toEqual([])
    checkpoint = played.checkpoint
  }
}, 120_000)
