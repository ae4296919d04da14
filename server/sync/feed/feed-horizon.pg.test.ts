import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { startPostgres, type EmbeddedPostgres } from '#server/embedded/embedded-postgres.ts'
import { cloneTemplate, prepareTemplate, type ClonedDatabase } from '#server/testing/database-clone.ts'
import { beginAsOperator, filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

// These tests hold transactions open. The horizon is cluster-wide, so they have a Postgres of their own.
let postgres: EmbeddedPostgres
let database: ClonedDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: makeTestFolder('horizon'), port: 0, purpose: 'test', log: () => undefined })
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

async function pullCases(checkpoint: Checkpoint | null, reach?: string) {
  const response = await officer.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection: 'cases', checkpoint }], ...(reach && { reach }) })
  const reply = (await response.json()) as PullReply
  return { behind: reply.behind, page: reply.pulls[0]!, ids: reply.pulls[0]!.documents.map((document) => document.id) }
}

const push = async (session: TestSession, commands: unknown[]) =>
  (await (await session.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands, deviceTime: Date.now() })).json()) as {
    verdicts: { verdict: string; receipt: { position: string } }[]
  }

const openTransaction = () => beginAsOperator(database, tenant.tenantId)

test('a row committed late, after newer ones were read, still arrives', async () => {
  const early = filing(office)
  await push(officer, [early])
  const start = (await pullCases(null)).page.checkpoint
  const slow = await openTransaction()
  await slow.query("update grievance set priority = 'urgent' where id = $1", [early.args['grievanceId']])
  const quick = filing(office)
  const { verdicts } = await push(officer, [quick])
  const during = await pullCases(start, verdicts[0]!.receipt.position)
  expect(during.ids).toEqual([])
  expect(during.behind).toBe(true)
  await slow.query('commit')
  await slow.end()
  const after = await pullCases(during.page.checkpoint, verdicts[0]!.receipt.position)
  expect(after.behind).toBe(false)
  expect(after.ids).toEqual(expect.arrayContaining([early.args['grievanceId'], quick.args['grievanceId']]))
})

test('nothing is lost when many transactions commit out of order', async () => {
  const checkpoints = { current: (await pullCases(null)).page.checkpoint }
  const commands = Array.from({ length: 40 }, () => filing(office))
  const seen: string[] = []
  let writing = true
  const reader = (async () => {
    while (writing) {
      const { page, ids } = await pullCases(checkpoints.current)
      checkpoints.current = page.checkpoint
      seen.push(...ids)
    }
  })()
  const sessions = await Promise.all(Array.from({ length: 4 }, () => logInTo(server.url, 'officer')))
  await Promise.all(sessions.map(async (session, index) => {
    for (const command of commands.filter((_, at) => at % 4 === index)) await push(session, [command])
  }))
  writing = false
  await reader
  for (let last = 1; last > 0; ) {
    const { page, ids } = await pullCases(checkpoints.current)
    checkpoints.current = page.checkpoint
    seen.push(...ids)
    last = ids.length
  }
  const wanted = commands.map((command) => command.args['grievanceId'] as string)
  expect(wanted.filter((id) => !seen.includes(id))).toEqual([])
})

test('batches of one device are judged one after the other', async () => {
  const session = await logInTo(server.url, 'officer')
  const blocker = await openTransaction()
  await blocker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [session.deviceId])
  const command = filing(office)
  let answered = false
  const pushed = push(session, [command]).then((reply) => {
    answered = true
    return reply
  })
  const waiting = async () =>
    Number((await blocker.query("select count(*) from pg_locks where locktype = 'advisory' and not granted")).rows[0].count)
  const isWaiting = expect.poll(waiting, { timeout: 5_000 }).toBe(1)
  await Promise.race([isWaiting, pushed])
  expect(answered).toBe(false)
  await blocker.query('commit')
  await blocker.end()
  expect((await pushed).verdicts[0]!.verdict).toBe('applied')
})
