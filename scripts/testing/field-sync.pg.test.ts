import 'fake-indexeddb/auto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { memoryLocks } from '#client/device/locks.ts'
import { openDeviceStore } from '#client/local-store/device-store.ts'
import { openSession, type Session } from '#client/session/session.ts'
import { openSyncEngine, type SyncEngine } from '#client/sync/sync-engine.ts'
import { testClock, testRandom, until } from '#client/testing/field-device.ts'
import { asOperator, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { takePhoto } from '#server/testing/photo-fixture.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  testPassword,
  type TestServer,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

// The field app's whole core, from sink to replica, against the whole server on Postgres. It stands here because neither
// floor may import the other.

let database: TestDatabase
let dataDir: string
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let engine: SyncEngine | null = null
/** What the line does to a request: nothing, no way through, or the answer gets lost. */
let line: (path: string) => 'fine' | 'none' | 'lost' = () => 'fine'

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'sampark-field-'))
  server = await startTestServer({ database, environment: { DATA_DIR: dataDir } })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
})
afterEach(async () => {
  line = () => 'fine'
  await engine?.close()
  engine = null
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Fetch as a browser does it: it keeps the refresh cookie, which the page cannot see. */
function browserFetch(): typeof fetch {
  let cookie = ''
  return async (input, init) => {
    const path = new URL(String(input)).pathname
    if (line(path) === 'none') throw new TypeError('fetch failed')
    const headers = new Headers(init?.headers)
    if (path.startsWith('/api/v1/session') && init?.credentials === 'same-origin' && cookie)
      headers.set('cookie', cookie)
    const response = await fetch(input, { ...init, headers })
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    if (line(path) === 'lost') throw new TypeError('the answer was lost')
    return response
  }
}

async function newPhone(): Promise<{ session: Session; start(): Promise<SyncEngine> }> {
  const basePath = ''
  const store = openDeviceStore(basePath)
  await store.put('deviceId', makeId())
  const common = { clock: testClock(Date.now()), random: testRandom, locks: memoryLocks() }
  const session = await openSession({
    ...common,
    basePath,
    origin: server.url,
    fetch: browserFetch(),
    store,
    deviceLabel: () => 'a test',
    appVersion: '1'
  })
  await session.login('field_worker', testPassword)
  return {
    session,
    async start() {
      engine = await openSyncEngine({ ...common, session, app: 'field test', multiInstance: false })
      return engine
    }
  }
}

const rowsOf = (sql: string, values: unknown[]) =>
  asOperator(
    database,
    tenant.tenantId,
    async (client) => (await client.query(sql, values)).rows as Record<string, unknown>[]
  )

test('a grievance with a photo, taken without network, is at the server once, with receipt, state and photo', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  expect(field.status().firstSync).toMatchObject({ done: true })
  expect(
    (await field.records.list({ collection: 'places', type: 'household', parent: office.wardA })).records
  ).toHaveLength(1)
  line = () => 'none'
  const photo = await takePhoto({ width: 900, height: 700 })
  const { args } = filing(office, { photos: [photo.announced], householdId: office.householdA })
  const grievanceId = String(args['grievanceId'])
  const { id: photoId, sha256 } = photo.announced
  await field.sink.submit('grievance.file', args, {
    title: String(args['number']),
    blobs: [{ photoId, sha256, blob: new Blob([new Uint8Array(photo.bytes)]) }]
  })
  expect(await field.records.get('cases', 'grievance', grievanceId)).toMatchObject({
    state: 'submitted',
    departmentId: office.departmentId
  })
  expect(field.records.pendingEvents('grievance', grievanceId)).toMatchObject([
    { event: { name: 'grievance.filed' }, received: false }
  ])

  await field.close()
  const again = await phone.start()
  expect(again.status().unsent === 1 || (await again.records.get('cases', 'grievance', grievanceId)) !== null).toBe(
    true
  )
  line = () => 'fine'
  again.syncNow()
  await until(() => again.status().items[0]?.state === 'received' && again.status().allReceived, 'the receipt')
  expect(again.status().items[0]).toMatchObject({
    title: args['number'],
    receipt: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
  })
  await until(
    async () =>
      ((await again.records.get('cases', 'grievance', grievanceId))?.['photos'] as { state: string }[])[0]?.state ===
      'ready',
    'the photo'
  )
  await until(async () => (await again.photo(photoId)) === null, 'the photo to be let go')
  await until(
    async () => again.records.pendingEvents('grievance', grievanceId).length === 0,
    "the server's own timeline"
  )
  const timeline = await again.records.list({ collection: 'cases', type: 'grievance_event', parent: grievanceId })
  expect(timeline.records.map((entry) => entry['event'])).toContain('grievance.filed')
  expect(await rowsOf('select id from grievance where id = $1', [grievanceId])).toHaveLength(1)
})

test('a photo whose upload was cut off goes on where the server stands, after a kill', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  const photo = await takePhoto({ width: 1280, height: 960 })
  const { id: photoId, sha256, size } = photo.announced
  expect(size).toBeGreaterThan(200_000)
  const { args } = filing(office, { photos: [photo.announced] })
  const pieces: string[] = []
  line = (path) => {
    if (!path.endsWith(photoId)) return 'fine'
    pieces.push(path)
    return pieces.length === 1 || pieces.length > 3 ? 'fine' : 'none'
  }
  const blob = new Blob([new Uint8Array(photo.bytes)])
  await field.sink.submit('grievance.file', args, { blobs: [{ photoId, sha256, blob }] })
  const sentBytes = (engine: SyncEngine) => engine.status().items.at(-1)?.photos[0]?.sentBytes ?? 0
  await until(() => sentBytes(field) > 0 && pieces.length > 1, 'the first piece')
  const before = sentBytes(field)
  expect(before).toBeLessThan(size)
  expect(field.status()).toMatchObject({ photosUnsent: 1, allReceived: false })
  await field.close()
  const again = await phone.start()
  line = () => 'fine'
  const seen: number[] = []
  again.onStatus(() => seen.push(sentBytes(again)))
  again.syncNow()
  await until(async () => (await again.photo(photoId)) === null, 'the server to have it')
  expect(Math.min(...seen.filter((bytes) => bytes > 0))).toBeGreaterThanOrEqual(before)
  expect(await rowsOf('select state from attachment where id = $1', [photoId])).toEqual([{ state: 'ready' }])
})

test('a lost answer leaves no second grievance, and its receipt comes with the next start', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  line = (path) => (path.endsWith('/push') ? 'lost' : 'fine')
  const { args } = filing(office)
  await field.sink.submit('grievance.file', args)
  await until(
    async () => (await rowsOf('select 1 from grievance where id = $1', [args['grievanceId']])).length === 1,
    'the commit'
  )
  await field.close()
  line = () => 'fine'
  const again = await phone.start()
  await until(() => again.status().items[0]?.state === 'received', 'the receipt')
  expect(await rowsOf('select 1 from grievance where id = $1', [args['grievanceId']])).toHaveLength(1)
  expect(await rowsOf('select 1 from grievance_event where grievance_id = $1', [args['grievanceId']])).toHaveLength(1)
})

test('what the officer changes reaches the open phone by itself; the same field edited by both becomes an issue', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  const { args } = filing(office)
  const grievanceId = String(args['grievanceId'])
  await field.sink.submit('grievance.file', args)
  await until(() => field.status().items[0]?.state === 'received', 'the receipt')
  await until(() => field.status().live, 'the live stream')
  const officer = await logInTo(server.url, 'officer')
  const edit = async (changes: Record<string, unknown>, base: Record<string, unknown>) => {
    const command = {
      id: makeId(),
      v: 1,
      seq: 0,
      name: 'grievance.edit',
      args: { grievanceId, changes },
      base,
      at: Date.now(),
      actor: null,
      device: null
    }
    await officer.call('POST', '/api/v1/sync/push', {
      protocol: 1,
      app: 'desk',
      commands: [command],
      deviceTime: Date.now()
    })
  }
  const description = String(args['description'])
  line = (path) => (path.endsWith('/push') ? 'none' : 'fine')
  await field.sink.submit(
    'grievance.edit',
    { grievanceId, changes: { description: 'Seen: two holes', landmark: 'Temple' } },
    { base: { description, landmark: 'School gate' } }
  )
  await edit({ description: 'Office: one hole', priority: 'high' }, { description, priority: 'normal' })
  await until(
    async () => (await field.records.get('cases', 'grievance', grievanceId))?.['priority'] === 'high',
    "the officer's change"
  )
  expect(await field.records.get('cases', 'grievance', grievanceId)).toMatchObject({
    description: 'Seen: two holes',
    landmark: 'Temple'
  })
  line = () => 'fine'
  field.syncNow()
  await until(() => field.status().unsent === 0, 'the verdict')
  await until(
    async () =>
      (await field.records.list({ collection: 'issues', type: 'sync_issue', parent: grievanceId })).records.length ===
      1,
    'the issue'
  )
  const [issue] = (await field.records.list({ collection: 'issues', type: 'sync_issue', parent: grievanceId })).records
  expect(issue).toMatchObject({ field: 'description', yours: 'Seen: two holes', theirs: 'Office: one hole' })
  expect(await field.records.get('cases', 'grievance', grievanceId)).toMatchObject({
    landmark: 'Temple',
    priority: 'high'
  })
  expect(field.status().items.at(-1)).toMatchObject({ state: 'attention', issues: [issue!.id] })
})

test('a session that the server ended keeps what is saved; the same person logs in and it is sent', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  await phone.session.api.call({ method: 'DELETE', path: '/api/v1/session', auth: 'cookie' })
  const { args } = filing(office)
  await field.sink.submit('grievance.file', args)
  await until(() => phone.session.view().state === 'ended', 'the end of the session')
  await until(() => field.status().trouble === 'loggedOut', 'the word about it')
  expect(field.status()).toMatchObject({ unsent: 1, allReceived: false })
  expect(await field.records.get('cases', 'grievance', String(args['grievanceId']))).not.toBeNull()
  await phone.session.login('field_worker', testPassword)
  await until(() => field.status().items[0]?.state === 'received', 'the receipt')
  expect(await rowsOf('select 1 from grievance where id = $1', [args['grievanceId']])).toHaveLength(1)
})

test('another person who logs in on the same phone neither sees nor sends it', async () => {
  const phone = await newPhone()
  const field = await phone.start()
  await field.inSync()
  line = (path) => (path.endsWith('/push') ? 'none' : 'fine')
  const { args } = filing(office)
  await field.sink.submit('grievance.file', args)
  await phone.session.login('officer', testPassword)
  line = () => 'fine'
  field.syncNow()
  await until(() => field.status().trouble === 'loggedOut', 'the end of sending')
  await field.close()
  const other = await phone.start()
  await other.inSync()
  expect(other.status().items).toEqual([])
  expect(await rowsOf('select 1 from grievance where id = $1', [args['grievanceId']])).toHaveLength(0)
  await other.close()
  await phone.session.login('field_worker', testPassword)
  const hers = await phone.start()
  await until(() => hers.status().items[0]?.state === 'received', 'the receipt')
  expect(await rowsOf('select filed_by from grievance where id = $1', [args['grievanceId']])).toEqual([
    { filed_by: tenant.users.field_worker }
  ])
})
