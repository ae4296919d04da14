import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { payloadOf } from '#server/testing/offices/opened-rows.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { QueueDetail, QueueReceipt } from '#shared/rescue/quarantined-queue.ts'
import type { RescueContent } from '#shared/rescue/rescue-file.ts'
import { commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { takePhoto, type TestPhoto } from '#server/testing/photo-fixture.ts'
import { push, pushOne, queued } from '#server/testing/phones/sync-calls.ts'
import { sealLikeAPhone } from '#server/testing/phones/rescue-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let owner: TestSession
let photo: TestPhoto

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  server = await startTestServer({ database, redisUrl: redis.url, roles: ['web', 'scheduler'] })
  photo = await takePhoto()
})
beforeEach(async () => {
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(url(), 'field_worker')
  owner = await logInTo(url(), 'owner')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const url = () => `${server.url}/o/${tenant.slug}`
const rows = <Row>(sql: string, values: unknown[] = []) =>
  server.system.platform.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => (await tx.query(sql, values)).rows as Row[])
const grievances = async () => (await rows<{ n: number }>('select count(*)::int as n from grievance'))[0]?.n

/** A grievance with a photo and a note on it, as an offline phone holds them. */
function queue(): { commands: [Command, Command]; content: RescueContent; photos: Buffer[] } {
  const file = queued({ ...filing(office, { photos: [{ ...photo.announced, id: makeId() }] }), actor: tenant.users.field_worker ?? null })
  const grievanceId = String(file.args['grievanceId'])
  const note = queued(commandOf('grievance.comment', { grievanceId, text: 'Seen on the spot', visibility: 'staff' }), 2)
  const announced = (file.args['photos'] as TestPhoto['announced'][])[0]!
  const photos = [{ ...announced, commandId: file.id, subjectType: 'grievance', subjectId: grievanceId }]
  const items = [file, note].map((command) => ({ command, title: command.name }))
  return { commands: [file, note], content: { authorId: tenant.users.field_worker!, items, photos }, photos: [photo.bytes] }
}

const seal = (of: Pick<ReturnType<typeof queue>, 'content' | 'photos'>, session = worker) =>
  sealLikeAPhone(session.reply.rescueKey!, { tenantSlug: session.reply.tenant.slug, deviceId: worker.deviceId, ...of })

function bring(session: TestSession, file: Buffer): Promise<Response> {
  const headers = { Authorization: `Bearer ${session.reply.accessToken}`, 'Content-Type': 'application/octet-stream' }
  return fetch(`${url()}/api/v1/rescue-queues`, { method: 'POST', headers, body: new Uint8Array(file) })
}
const brought = async (session: TestSession, file: Buffer) => {
  const response = await bring(session, file)
  expect(response.status).toBe(201)
  return (await response.json()) as QueueReceipt
}
async function judge(id: string, body: object): Promise<QueueDetail> {
  const response = await owner.call('POST', `/api/v1/rescue-queues/${id}/judge`, body)
  expect(response.status).toBe(200)
  return (await response.json()) as QueueDetail
}
const accept = (id: string, more: object = {}) => judge(id, { decision: 'accept', ...more })
const states = (detail: QueueDetail) => detail.items.map((item) => item.state).sort()

describe('a rescue file', () => {
  test('that the office accepts becomes records of its author, photo included, once and no more however often it comes', async () => {
    const of = queue()
    const { id } = await brought(owner, seal(of))
    expect(await grievances()).toBe(0)
    const done = await accept(id)
    expect(done.queue.status).toBe('judged')
    expect(states(done)).toEqual(['applied', 'applied'])
    expect(await accept(id)).toEqual(done)
    const again = await brought(owner, seal(of))
    expect(again.id).toBe(id)
    await accept(again.id)
    expect(await grievances()).toBe(1)
    expect(await rows('select actor_id from grievance_event')).toEqual([1, 2].map(() => ({ actor_id: tenant.users.field_worker })))
    expect(await rows('select state from attachment')).toEqual([{ state: 'ready' }])
    const audit = await rows('select actor_id, after from audit_entry where action = $1', ['rescue.accept'])
    expect(audit).toEqual([{ actor_id: tenant.users.owner, after: { reason: '', commandIds: 'all' } }])
  })

  test('stays open with its photo while the virus scanner is away, and is closed when it is judged again', async () => {
    const away = await startTestServer({ database, redisUrl: redis.url, environment: { CLAMD_ADDRESS: '127.0.0.1:1' } })
    const { id } = await brought(owner, seal(queue()))
    const there = await logInTo(`${away.url}/o/${tenant.slug}`, 'owner')
    expect((await there.call('POST', `/api/v1/rescue-queues/${id}/judge`, { decision: 'accept' })).status).toBe(503)
    await away.close()
    expect(await rows('select status from quarantined_queue where id = $1', [id])).toEqual([{ status: 'open' }])
    expect(await rows('select state from attachment')).toEqual([{ state: 'expected' }])
    expect((await accept(id)).queue.status).toBe('judged')
    expect(await rows('select state from attachment')).toEqual([{ state: 'ready' }])
  })

  test('says how much the phone could not read; one that holds nothing else waits until someone has seen it', async () => {
    const { content } = queue()
    const { id } = await brought(owner, seal({ content: { ...content, items: [], photos: [], damaged: 2 }, photos: [] }))
    const waiting = (await (await owner.call('GET', `/api/v1/rescue-queues/${id}`)).json()) as QueueDetail
    expect(waiting).toMatchObject({ queue: { status: 'open', commands: 0 }, items: [], damaged: 2 })
    expect(await accept(id)).toMatchObject({ queue: { status: 'judged' }, items: [] })
  })

  test('doubles nothing when the phone itself sends first, and nothing when it sends afterwards', async () => {
    const [before, after] = [queue(), queue()]
    await push(worker, before.commands)
    expect(states(await accept((await brought(owner, seal(before))).id))).toEqual(['applied', 'applied'])
    await accept((await brought(owner, seal(after))).id)
    const { verdicts } = await push(worker, after.commands)
    expect(verdicts.map(({ verdict, first }) => [verdict, first])).toEqual([['duplicate', 'applied'], ['duplicate', 'applied']])
    expect(await grievances()).toBe(2)
    expect(await rows('select 1 from grievance_event')).toHaveLength(4)
    expect(await rows('select 1 from attachment where state = $1', ['ready'])).toHaveLength(2)
  })

  test('brought by another phone waits, unread by whoever brought it, until the office judges it', async () => {
    const { id } = await brought(worker, seal(queue()))
    expect((await worker.call('GET', `/api/v1/rescue-queues/${id}`)).status).toBe(403)
    expect((await worker.call('POST', `/api/v1/rescue-queues/${id}/judge`, { decision: 'accept' })).status).toBe(403)
    const list = (await (await owner.call('GET', '/api/v1/rescue-queues')).json()) as { queues: object[] }
    expect(list.queues).toMatchObject([{ id, source: 'phone', authorId: tenant.users.field_worker, deviceKnown: true, commands: 2, photos: 1, status: 'open' }])
    expect(await grievances()).toBe(0)
    expect(JSON.stringify(await rows('select encode(sealed, $1) as sealed from quarantined_queue', ['escape']))).not.toContain('Seen on the spot')
  })

  test('is judged by the rights its author has now, and never as somebody else', async () => {
    const forged = queue()
    for (const command of forged.commands) command.actor = tenant.users.owner!
    expect(states(await accept((await brought(owner, seal(forged))).id))).not.toContain('applied')
    await rows("update user_account set status = 'disabled' where id = $1", [tenant.users.field_worker])
    expect(states(await accept((await brought(owner, seal(queue()))).id))).toEqual(['rejected', 'rejected'])
    expect(await rows("select 1 from sync_issue where kind = 'rejected'")).toHaveLength(4)
    expect(await grievances()).toBe(0)
  })

  test('that is refused, wholly or in part, changes nothing and keeps the content in an issue', async () => {
    const of = queue()
    const [file, note] = of.commands
    const { id } = await brought(owner, seal(of))
    expect((await owner.call('POST', `/api/v1/rescue-queues/${id}/judge`, { decision: 'refuse' })).status).toBe(400)
    const half = await judge(id, { decision: 'refuse', reason: 'Not his words', commandIds: [note.id] })
    expect([half.queue.status, ...states(half)]).toEqual(['open', 'open', 'rejected'])
    const issues = await rows<{ id: string; sealed: string }>('select code, id, sealed, author_id from sync_issue')
    expect(issues.map((issue) => ({ ...issue, id: '', sealed: payloadOf(tenant.tenantId, issue) }))).toEqual([{ code: 'not_allowed', id: '', sealed: note, author_id: tenant.users.field_worker }])
    expect(states(await accept(id))).toEqual(['applied', 'rejected'])
    expect(await pushOne(worker, note)).toMatchObject({ verdict: 'duplicate', first: 'rejected' })
    expect(await rows('select id from command_log where verdict = $1', ['applied'])).toEqual([{ id: file.id }])
    expect(await rows('select sealed, status from quarantined_queue')).toEqual([{ sealed: null, status: 'judged' }])
  })

  test('with a change whose record has not come stays open until it has', async () => {
    const of = queue()
    const [file, note] = of.commands
    const only = { content: { ...of.content, items: of.content.items.slice(1), photos: [] }, photos: [] }
    const { id } = await brought(owner, seal(only))
    const waiting = await accept(id)
    expect([waiting.queue.status, ...states(waiting)]).toEqual(['open', 'waiting'])
    await push(worker, [file])
    await expect.poll(async () => states(await accept(id))).toEqual(['applied'])
    expect(await rows('select 1 from command_log where id = $1', [note.id])).toHaveLength(1)
  })

  test('that is damaged, another office’s or of an unknown author is refused by a sentence and leaves nothing', async () => {
    const cut = seal(queue()).subarray(0, -5)
    const other = await makeTestTenant(database)
    const foreign = seal(queue(), await logInTo(`${server.url}/o/${other.slug}`, 'owner'))
    const unknown = queue()
    unknown.content.authorId = makeId()
    const sentences: string[] = []
    for (const file of [cut, foreign, seal(unknown)]) {
      const response = await bring(owner, file)
      expect(response.status).toBe(422)
      sentences.push(((await response.json()) as { detail: string }).detail)
    }
    expect(sentences).toEqual([expect.stringMatching(/damaged/), expect.stringMatching(/another office/), expect.stringMatching(/does not know the person/)])
    expect((await bring(owner, Buffer.alloc(30_000_001))).status).toBe(413)
    expect(await rows('select 1 from quarantined_queue')).toEqual([])
  })
})
