import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command } from '#shared/protocol/command.ts'
import { cloneTemplate, testRoleSecret, type ClonedDatabase } from '#server/testing/database-clone.ts'
import {
  asOperator,
  beginAsOperator,
  filing,
  makeId,
  makeOffice,
  type OfficeFixture
} from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { startTestServices, type TestServices } from '#server/testing/test-services.ts'
import { startTopology, type Topology } from '#server/testing/topology.ts'
import { openLive, pushOnce, pushUntilTaken } from '#server/testing/topology-clients.ts'

// A Postgres and a Redis of its own: a test below holds a lock open, and the horizon belongs to the whole cluster.
let services: TestServices
let database: ClonedDatabase
let topology: Topology
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
/** For what other processes do in their own time. */
const patience = { timeout: 20_000 }
const sms: { to: string; text: string; reference: string }[] = []
const smsProvider = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    sms.push(JSON.parse(body) as (typeof sms)[number])
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"provider-1"}')
  })
})

beforeAll(async () => {
  const built = spawnSync(process.execPath, [resolve('scripts/build.mjs'), 'server'], { encoding: 'utf8' })
  expect([built.status, built.stdout + built.stderr]).toEqual([0, expect.anything()])
  services = await startTestServices({ log: () => undefined })
  database = await cloneTemplate(services.superuserUrl)
  smsProvider.listen(0, '127.0.0.1')
  await once(smsProvider, 'listening')
  topology = await startTopology({
    databaseUrl: database.ownerUrl,
    roleSecret: testRoleSecret,
    redisUrl: services.redisUrl,
    form: 'built',
    environment: { SMS_URL: `http://127.0.0.1:${(smsProvider.address() as AddressInfo).port}/send` }
  })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(topology.address, 'field_worker')
}, 180_000)

afterAll(async () => {
  await topology?.stop()
  smsProvider.close()
  await services?.stop()
})

const numberOf = (sql: string, values: unknown[]) =>
  asOperator(database, tenant.tenantId, async (client) =>
    Number((await client.query<{ count: string }>(sql, values)).rows[0]?.count)
  )

const storedOnce = async (commands: readonly Command[]) => {
  const grievances = await numberOf('select count(*) from grievance where id = any($1)', [
    commands.map(({ args }) => args['grievanceId'])
  ])
  const taken = await numberOf('select count(*) from command_log where id = any($1)', [commands.map(({ id }) => id)])
  return { grievances, taken }
}

/** How many streams a web process holds, by its own metrics: they are open only to this machine, past the proxy. */
async function openStreams(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text()
  return Number(/^open_streams (\d+)$/m.exec(text)?.[1])
}

test('a worker logs in and files through the proxy, and both web processes know it', async () => {
  const command = filing(office)
  const reply = await pushOnce(worker, [command])
  expect(reply.verdicts[0]?.verdict).toBe('applied')
  for (const { address } of topology.web) {
    const again = await fetch(`${address}/api/v1/session`, {
      headers: { Authorization: `Bearer ${worker.reply.accessToken}` }
    })
    expect(again.status).toBe(200)
  }
  expect(await storedOnce([command])).toEqual({ grievances: 1, taken: 1 })
})

test('a poke of one process reaches, through the proxy and at once, the stream that the other one holds', async () => {
  for (const officer of [await logInTo(topology.address, 'officer'), await logInTo(topology.address, 'viewer')]) {
    const before = await Promise.all(topology.web.map(({ address }) => openStreams(address)))
    const live = await openLive(topology.address, officer)
    await live.next('hello')
    const after = await Promise.all(topology.web.map(({ address }) => openStreams(address)))
    const holder = after.findIndex((count, n) => count > (before[n] ?? 0))
    const other = topology.web[1 - holder]
    expect(other).toBeDefined()
    const session = await logInTo(other?.address ?? '', 'field_worker')
    const reply = await pushOnce(session, [filing(office)])
    expect(reply.verdicts[0]?.verdict).toBe('applied')
    const poke = await live.next('poke')
    expect(poke.data['collections']).toContain('cases')
    live.close()
  }
})

test('SIGTERM: not ready, streams are told, running requests end, then the process is gone and the other one goes on', async () => {
  const leaving = topology.web[1]!
  const live = await openLive(leaving.address, await logInTo(leaving.address, 'officer'))
  await live.next('hello')
  const { port } = new URL(leaving.address)
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.write('GET /readiness HTTP/1.1\r\nHost: office\r\n')
  await once(socket, 'ready').catch(() => undefined)
  await fetch(`${leaving.address}/health`)

  const gone = topology.kill(1, 'SIGTERM')
  expect((await live.next('bye')).data).toEqual({ reason: 'draining' })
  socket.write('\r\n')
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 503 /)
  expect(answer).toContain('"draining":"down"')
  expect(await gone).toBe('ended with code 0')

  const replies = await Promise.all(Array.from({ length: 20 }, () => pushUntilTaken(worker, [filing(office)])))
  expect(replies.map(({ failed }) => failed)).toEqual(Array<number>(20).fill(0))
  await topology.restart(1)
  expect((await fetch(`${topology.web[1]!.address}/readiness`)).status).toBe(200)
})

test('one web process is killed while clients push: nothing acknowledged is lost, nothing sent again is doubled', async () => {
  const sessions = await Promise.all([1, 2, 3, 4, 5, 6].map(() => logInTo(topology.address, 'field_worker')))
  const acknowledged: Command[] = []
  const sendLoop = async (session: TestSession): Promise<number> => {
    let failures = 0
    for (let round = 0; round < 8; round += 1) {
      const command = filing(office)
      const { reply, failed } = await pushUntilTaken(session, [command])
      expect(['applied', 'duplicate']).toContain(reply.verdicts[0]?.verdict)
      acknowledged.push(command)
      failures += failed
    }
    return failures
  }
  const loops = sessions.map(sendLoop)
  await expect.poll(() => acknowledged.length, patience).toBeGreaterThanOrEqual(6)
  const release = await holdGrievances()
  await expect.poll(() => pushesWaiting(sessions.length), patience).toBe(true)
  await topology.kill(0)
  await release()
  const failures = (await Promise.all(loops)).reduce((sum, one) => sum + one, 0)

  expect(failures).toBeGreaterThan(0)
  expect(acknowledged).toHaveLength(48)
  expect(await storedOnce(acknowledged)).toEqual({ grievances: 48, taken: 48 })
  const replayed = await Promise.all(
    acknowledged.map((command, n) => pushOnce(sessions[n % sessions.length]!, [command]))
  )
  expect(new Set(replayed.map((reply) => reply.verdicts[0]?.verdict))).toEqual(new Set(['duplicate']))
  expect(await storedOnce(acknowledged)).toEqual({ grievances: 48, taken: 48 })
  await topology.restart(0)
})

/** Makes every filing wait inside its transaction, so that the kill meets requests that are under way on both processes. */
async function holdGrievances(): Promise<() => Promise<void>> {
  const client = await beginAsOperator(database, tenant.tenantId)
  await client.query('lock table grievance in exclusive mode')
  return async () => {
    await client.query('commit')
    await client.end()
  }
}

async function pushesWaiting(count: number): Promise<boolean> {
  const sql = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  return (await numberOf(sql, [])) >= count
}

test('what the web process promises the citizen is sent by the worker process', async () => {
  const id = makeId()
  const reporter = { id, name: 'Lakshmi', phone: '+919876500001', email: null, language: 'en' as const }
  const command = filing(office, { reporter })
  await pushOnce(worker, [command])
  await expect
    .poll(() => sms, patience)
    .toMatchObject([{ to: '+919876500001', text: expect.stringContaining(String(command.args['number'])) }])
  const status = () =>
    asOperator(
      database,
      tenant.tenantId,
      async (client) =>
        (
          await client.query<{ status: string }>('select status from outbox where subject_id = $1', [
            command.args['grievanceId']
          ])
        ).rows
    )
  await expect.poll(status, patience).toEqual([{ status: 'sent' }])
})

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
}

/** A request with headers that fetch does not let a caller choose. */
async function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  const request = httpRequest(url, { headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return { status: response.statusCode ?? 0, headers: response.headers }
}

test('the proxy does not pass on where a caller says to come from or to go to', async () => {
  const other = await makeTestTenant(database, { hosts: ['other.example'] })
  const authorization = { Authorization: `Bearer ${worker.reply.accessToken}` }
  const path = `${topology.address}/o/${tenant.slug}/api/v1/session`
  expect((await ask(path, authorization)).status).toBe(200)
  expect((await ask(path, { ...authorization, Host: 'other.example' })).status).not.toBe(200)
  expect(
    (await ask(path, { ...authorization, 'X-Forwarded-Host': 'other.example', Forwarded: 'host=other.example' })).status
  ).toBe(200)
  expect(other.slug).not.toBe(tenant.slug)
})

test('metrics are for the machine itself, plain http only leads to https, and pages come packed', async () => {
  expect((await ask(`${topology.address}/metrics`, {})).status).toBe(404)
  const plain = await ask(`${topology.plainAddress}/report?x=1`, { Host: 'seva.example' })
  expect([plain.status, plain.headers.location]).toEqual([308, 'https://seva.example/report?x=1'])
  const packed = await ask(`${topology.address}/o/${tenant.slug}/api/v1/openapi.json`, { 'Accept-Encoding': 'gzip' })
  expect([packed.status, packed.headers['content-encoding']]).toEqual([200, 'gzip'])
})

test('nothing is left when it stops: no process, no connection, no file', async () => {
  const { dir, web, worker: sender, scheduler, nginxPid } = topology
  const groups = [nginxPid, sender.pid, scheduler.pid, ...web.map(({ pid }) => pid)]
  for (const group of groups) expect(() => process.kill(-group, 0)).not.toThrow()
  expect(existsSync(join(dir, 'nginx/nginx.conf'))).toBe(true)
  await topology.stop()
  for (const group of groups) expect(() => process.kill(-group, 0)).toThrow('ESRCH')
  expect(existsSync(dir)).toBe(false)
  await expect
    .poll(() => numberOf(`select count(*) from pg_stat_activity where usename like 'sampark_%'`, []), patience)
    .toBe(0)
})
