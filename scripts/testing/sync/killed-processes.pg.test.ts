import 'fake-indexeddb/auto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { until } from '#client/testing/field-device.ts'
import { startPostgres, type EmbeddedPostgres } from '#server/embedded/embedded-postgres.ts'
import { startRedis, type EmbeddedRedis } from '#server/embedded/embedded-redis.ts'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { roleUrls } from '#server/postgres/role-urls.ts'
import { announcementChannel } from '#server/sync/announce-records.ts'
import { cloneTemplate, testRoleSecret, type ClonedDatabase } from '#server/testing/database-clone.ts'
import { asOperator, commandOf, filing, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { logInTo, makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startServerProcess, type ServerProcess } from '#server/testing/topology-process.ts'
import { FieldPhone } from './field-phone.ts'
import { afterCommitOf, beforeCommitOf, beforePublish, openTcpLine, type TcpLine } from './tcp-line.ts'

// The real server as processes of its own, ended by the kernel at a chosen byte of what it says to Postgres and Redis,
// while the real client uses it. Afterwards nothing may be lost or doubled, and the phone equals the database.

const folder = makeTestFolder('killed')
const patience = { timeout: 40_000 }
let postgres: EmbeddedPostgres
let redis: EmbeddedRedis
let database: ClonedDatabase
let tenant: TestTenant
let office: OfficeFixture
let lines: { postgres: TcpLine; redis: TcpLine }
let web: ServerProcess
let phone: FieldPhone
let engine: SyncEngine
const secret = makeSecret()
const running = new Set<ServerProcess>()

const services = { dataDir: folder, purpose: 'test', log: () => undefined } as const

beforeAll(async () => {
  mkdirSync(join(folder, 'logs'))
  ;[postgres, redis] = await Promise.all([startPostgres({ ...services, port: 0 }), startRedis({ ...services, port: 0 })])
  lines = { postgres: await openTcpLine(postgres.port), redis: await openTcpLine(redis.port) }
  database = await cloneTemplate(postgres.superuserUrl)
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  web = await start('web')
  phone = new FieldPhone(() => web.address)
  await phone.login()
  engine = await phone.start()
  await engine.inSync()
}, 180_000)
afterEach(() => {
  phone.line = () => 'fine'
})
afterAll(async () => {
  await phone?.stop()
  await Promise.all([...running].map((one) => one.stop()))
  await Promise.all([lines?.postgres.close(), lines?.redis.close()])
  await redis?.stop()
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(role: 'web' | 'scheduler', port = 0): Promise<ServerProcess> {
  const through = new URL(database.ownerUrl)
  through.port = String(lines.postgres.port)
  const { app, relay, directory } = roleUrls(through.toString(), testRoleSecret)
  const environment = {
    NODE_ENV: 'production', HOST: '127.0.0.1', SECRET_KEY: secret, ROLE_SECRET: testRoleSecret, APP_DATABASE_URL: app, RELAY_DATABASE_URL: relay,
    DIRECTORY_DATABASE_URL: directory, REDIS_URL: `redis://127.0.0.1:${lines.redis.port}`, DATA_DIR: join(folder, 'data'), PUBLIC_URL: 'http://127.0.0.1',
    ROLES: role, PORT: String(port)
  }
  const started = await startServerProcess({ name: `${role}-${Date.now()}`, dir: join(folder, 'logs'), form: 'source', environment })
  running.add(started)
  return started
}

/** Ended at once, with nothing said to anybody. */
async function killAt(server: ServerProcess, moment: Promise<void>): Promise<void> {
  await moment
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  running.delete(server)
}

const sql = <Row>(text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(text, values)).rows as Row[])

async function fileOne(): Promise<{ commandId: string; grievanceId: string }> {
  const { args } = filing(office)
  const { id } = await engine.sink.submit('grievance.file', args)
  return { commandId: id, grievanceId: String(args['grievanceId']) }
}

const isTaken = async (commandId: string) => (await sql('select 1 from command_log where id = $1', [commandId])).length === 1
const stateOf = (commandId: string) => engine.status().items.find((item) => item.id === commandId)?.state
const landmarkOf = async (id: string) => (await engine.records.get('cases', 'grievance', id))?.['landmark']

async function expectOnce({ commandId, grievanceId }: { commandId: string; grievanceId: string }): Promise<void> {
  await expect.poll(() => stateOf(commandId), patience).toBe('received')
  expect(await sql('select count(*)::int as count from grievance where id = $1', [grievanceId])).toEqual([{ count: 1 }])
  expect(await sql('select count(*)::int as count from grievance_event where grievance_id = $1', [grievanceId])).toEqual([{ count: 1 }])
}

/** By the digests of both sides over everything the worker may see. */
async function expectSame(): Promise<void> {
  await expect.poll(() => engine.repair().catch(() => null), patience).toMatchObject({ mended: [], left: 0 })
}

test.each([
  { point: 'before Postgres hears the commit', cut: beforeCommitOf('insert into command_log'), taken: false },
  { point: 'after the commit and before the reply', cut: afterCommitOf('insert into command_log'), taken: true }
])('the web process is killed $point of what a phone sent: the phone sends it again, and it is there once', async ({ cut, taken }) => {
  const ended = killAt(web, lines.postgres.cut(cut))
  const saved = await fileOne()
  await ended
  expect(await isTaken(saved.commandId)).toBe(taken)
  expect(stateOf(saved.commandId)).not.toBe('received')
  web = await start('web', web.port)
  engine.syncNow()
  await expectOnce(saved)
  await expectSame()
}, 120_000)

test('the web process is killed between the commit of a colleague and the poke: the phone, left alone, shows the change all the same', async () => {
  const known = await fileOne()
  await expectOnce(known)
  const officer = await logInTo(web.address, 'officer')
  await until(() => engine.status().live, 'the stream of pokes')
  const ended = killAt(web, lines.redis.cut(beforePublish(announcementChannel)))
  const edit = commandOf('grievance.edit', { grievanceId: known.grievanceId, changes: { landmark: 'Behind the mill' } }, { base: { landmark: null }, actor: tenant.users.officer })
  await pushOne(officer, edit).catch(() => null)
  await ended
  expect(await isTaken(edit.id)).toBe(true)
  web = await start('web', web.port)
  await expect.poll(() => landmarkOf(known.grievanceId), patience).toBe('Behind the mill')
  await expectSame()
}, 120_000)

test('the scheduler is killed after it took a held command and before it judged it: when its phone asks again it is done, once', async () => {
  const parent = filing(office)
  const comment = queued(commandOf('grievance.comment', { grievanceId: parent.args['grievanceId'], text: 'Seen on the spot', visibility: 'staff' }, { actor: tenant.users.field_worker }))
  const worker = await logInTo(web.address, 'field_worker')
  expect(await pushOne(worker, comment)).toMatchObject({ verdict: 'retry' })
  await sql("update held_command set ready = true")
  const cut = lines.postgres.cut(afterCommitOf('update held_command'))
  const scheduler = await start('scheduler')
  await killAt(scheduler, cut)
  expect(await sql('select ready from held_command where command_id = $1', [comment.id])).toEqual([{ ready: false }])
  await pushOne(await logInTo(web.address, 'officer'), parent)
  await expect.poll(async () => (await pushOne(worker, comment)).verdict, patience).toMatch(/applied|duplicate/)
  expect(await sql('select text from grievance_event where grievance_id = $1 and event = $2', [parent.args['grievanceId'], 'grievance.commented'])).toEqual([{ text: 'Seen on the spot' }])
  await expectSame()
}, 120_000)

test('Postgres is restarted while a phone sends: the web process finds it again by itself, and all is there once', async () => {
  const before = await fileOne()
  const stopping = postgres.stop()
  const meanwhile = await fileOne()
  await stopping
  postgres = await startPostgres({ ...services, port: postgres.port })
  const after = await fileOne()
  engine.syncNow()
  for (const saved of [before, meanwhile, after]) await expectOnce(saved)
  await expectSame()
}, 120_000)
