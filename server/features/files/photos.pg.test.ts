import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProblemBody } from '#shared/errors.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { asOperator, commandOf, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { beginUpload, fileWith, sendBytes, takePhoto, tokenFor, uploadWhole } from '#server/testing/photo-fixture.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import type { FilesNeeds } from './needs.ts'
import { keepPhoto } from './store-photo.ts'
import { cleanUploads } from './uploads/clean-uploads.ts'
import { createPartialUploads } from './uploads/partial-uploads.ts'

interface Side {
  tenant: TestTenant
  office: OfficeFixture
  url: string
  worker: TestSession
  officer: TestSession
  viewer: TestSession
}

let database: TestDatabase
let dataDir: string
let server: TestServer
let here: Side
let there: Side
const clock = createTestClock()

async function makeSide(): Promise<Side> {
  const tenant = await makeTestTenant(database)
  const url = `${server.url}/o/${tenant.slug}`
  const office = await makeOffice(database, tenant)
  const [worker, officer, viewer] = await Promise.all(
    ['field_worker', 'officer', 'viewer'].map((login) => logInTo(url, login))
  )
  return { tenant, office, url, worker: worker!, officer: officer!, viewer: viewer! }
}

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'sampark-photos-'))
  server = await startTestServer({ database, environment: { DATA_DIR: dataDir }, deps: { clock } })
  here = await makeSide()
  there = await makeSide()
})

afterAll(async () => {
  await server?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const show = (session: TestSession, id: string, query = '') => session.call('GET', `/api/v1/files/${id}${query}`)

async function problem(response: Response): Promise<Partial<ProblemBody>> {
  const { requestId: _unique, ...body } = (await response.json()) as ProblemBody
  return body
}

async function storedPhoto(side: Side, wardId: string) {
  const photo = await takePhoto()
  const grievance = await fileWith(side.officer, { ...side.office, wardA: wardId }, [photo])
  expect((await uploadWhole(side.url, side.officer, photo)).status).toBe(204)
  return { photo, grievance, id: photo.announced.id }
}

test('a photo is shown to the office and to the worker of its ward, with headers that keep it from running', async () => {
  const { id } = await storedPhoto(here, here.office.wardA)
  for (const session of [here.officer, here.viewer, here.worker]) {
    const response = await show(session, id)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': 'inline',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache'
    })
    expect(await sharp(Buffer.from(await response.arrayBuffer())).metadata()).toMatchObject({ width: 640, height: 480 })
  }
  const thumb = await show(here.worker, id, '?size=thumb')
  expect((await sharp(Buffer.from(await thumb.arrayBuffer())).metadata()).width).toBe(320)
})

test('a browser that has the photo is told that it is the same, as long as it may see it', async () => {
  const { id, grievance } = await storedPhoto(here, here.office.wardA)
  const url = `${here.url}/api/v1/files/${id}`
  const etag = (await show(here.worker, id)).headers.get('ETag')!
  const headers = { Authorization: `Bearer ${here.worker.reply.accessToken}`, 'If-None-Match': etag }
  const again = await fetch(url, { headers })
  expect([again.status, await again.text()]).toEqual([304, ''])
  await asOperator(database, here.tenant.tenantId, (client) =>
    client.query('update grievance set ward_id = $2 where id = $1', [grievance, here.office.wardB])
  )
  expect((await fetch(url, { headers })).status).toBe(404)
})

test('out of reach, of another office, unknown and not yet there get the same answer', async () => {
  const far = await storedPhoto(here, here.office.wardB)
  const expected = await takePhoto()
  await fileWith(here.worker, here.office, [expected])
  const answers = await Promise.all([
    show(here.worker, far.id),
    show(there.officer, far.id),
    show(here.officer, makeId()),
    show(here.officer, expected.announced.id)
  ])
  const bodies = await Promise.all(answers.map(problem))
  expect(bodies[0]).toMatchObject({ status: 404, code: 'not_found' })
  for (const body of bodies) expect(body).toEqual(bodies[0])
  expect((await fetch(`${here.url}/api/v1/files/${far.id}`)).status).toBe(401)
})

test('only who announced a photo, or the office, gets a token for it', async () => {
  const photo = await takePhoto()
  await fileWith(here.officer, here.office, [photo])
  const body = { photoId: photo.announced.id }
  for (const session of [here.worker, here.viewer, there.officer]) {
    expect((await session.call('POST', '/api/v1/uploads', body)).status).toBe(404)
  }
  const own = await takePhoto()
  await fileWith(here.worker, here.office, [own])
  expect((await here.officer.call('POST', '/api/v1/uploads', { photoId: own.announced.id })).status).toBe(200)
  expect((await here.worker.call('POST', '/api/v1/uploads', { photoId: 'x' })).status).toBe(400)
})

test('a comment announces photos as well', async () => {
  const grievance = await fileWith(here.officer, here.office, [])
  const photo = await takePhoto()
  const args = { grievanceId: grievance, text: 'Seen today', visibility: 'staff', photos: [photo.announced] }
  const commands = [commandOf('grievance.comment', args)]
  const pushed = await here.worker.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands,
    deviceTime: Date.now()
  })
  expect(((await pushed.json()) as PushReply).verdicts).toMatchObject([{ verdict: 'applied' }])
  expect((await uploadWhole(here.url, here.worker, photo)).status).toBe(204)
  expect((await show(here.officer, photo.announced.id)).status).toBe(200)
})

test('a token opens its own photo at its own office and nothing else', async () => {
  const [photo, other] = [await takePhoto(), await takePhoto()]
  await fileWith(here.worker, here.office, [photo, other])
  const [token, access] = [await tokenFor(here.worker, photo), here.worker.reply.accessToken]
  const otherToken = await tokenFor(here.worker, other)
  await beginUpload(here.url, photo, token)
  const send = async (url: string, with_: string) =>
    (await sendBytes(url, photo, { token: with_, from: 0, bytes: photo.bytes })).status
  expect(await send(here.url, otherToken)).toBe(403)
  expect(await send(here.url, access)).toBe(401)
  expect(await send(here.url, 'made.up.token')).toBe(401)
  expect(await send(there.url, token)).toBe(401)
  expect(
    (await fetch(`${here.url}/api/v1/files/${photo.announced.id}`, { headers: { Authorization: `Bearer ${token}` } }))
      .status
  ).toBe(401)
  expect(await send(here.url, token)).toBe(204)
})

test('a token ends after 30 minutes, and a new one goes on with the same upload', async () => {
  const photo = await takePhoto()
  await fileWith(here.worker, here.office, [photo])
  const token = await tokenFor(here.worker, photo)
  await beginUpload(here.url, photo, token)
  await sendBytes(here.url, photo, { token, from: 0, bytes: photo.bytes.subarray(0, 5_000) })
  clock.advance(31 * 60_000)
  const late = await sendBytes(here.url, photo, { token, from: 5_000, bytes: photo.bytes.subarray(5_000) })
  expect(await problem(late)).toMatchObject({ status: 401, code: 'token_expired' })
  const [worker, officer, viewer] = await Promise.all(
    ['field_worker', 'officer', 'viewer'].map((login) => logInTo(here.url, login))
  )
  here = { ...here, worker: worker!, officer: officer!, viewer: viewer! }
  const fresh = await tokenFor(here.worker, photo)
  expect(
    (await sendBytes(here.url, photo, { token: fresh, from: 5_000, bytes: photo.bytes.subarray(5_000) })).status
  ).toBe(204)
})

const platform = () => ({ ...server.system.platform, fileStore: createLocalFileStore(join(dataDir, 'files')), scanner: null })

/** Does what the grievances' own need does, for a grievance with one photo. */
const photoSettled: FilesNeeds['photoSettled'] = async (tx, { subject, state }) => {
  const sql = `update grievance set photos = jsonb_set(photos, '{0,state}', to_jsonb($2::text)) where id = $1`
  await tx.query(sql, [subject.id, state])
}

test('the server itself can keep a photo of a record, once, and tells the streams', async () => {
  const photo = await takePhoto()
  const grievance = await fileWith(here.officer, here.office, [photo])
  const told: { scopes: string[]; collections: string[] }[] = []
  const deps = { ...platform(), photoSettled, announce: (change: (typeof told)[number]) => void told.push(change) }
  const keep = (bytes: Buffer, subject = grievance) =>
    keepPhoto(deps, {
      tenantId: here.tenant.tenantId,
      photoId: photo.announced.id,
      subject: { type: 'grievance', id: subject },
      bytes
    })
  await expect(keep((await takePhoto()).bytes)).rejects.toMatchObject({ code: 'unprocessable' })
  await expect(keep(photo.bytes, makeId())).rejects.toMatchObject({ code: 'conflict' })
  expect(await keep(photo.bytes)).toEqual({ state: 'ready' })
  expect(await keep(photo.bytes)).toEqual({ state: 'ready' })
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({
    collections: ['cases'],
    scopes: expect.arrayContaining([`ward:${here.office.wardA}`])
  })
  expect((await show(here.worker, photo.announced.id)).status).toBe(200)
})

test('abandoned uploads and files that no photo refers to are removed; what is in use stays', async () => {
  const kept = await storedPhoto(here, here.office.wardA)
  const waiting = await takePhoto()
  await fileWith(here.worker, here.office, [waiting])
  await beginUpload(here.url, waiting, await tokenFor(here.worker, waiting))
  const [tenantId, orphan] = [here.tenant.tenantId, makeId()]
  const store = createLocalFileStore(join(dataDir, 'files'))
  for (const id of [orphan, makeId()]) await store.put({ tenantId, id, variant: 'full' }, Buffer.from('orphan'))
  const longAgo = new Date(clock.now() - 31 * 24 * 3_600_000)
  const fileOf = (id: string, variant: string) => join(dataDir, 'files', tenantId, id.slice(-2), `${id}-${variant}`)
  for (const [id, variant] of [
    [orphan, 'full'],
    [kept.id, 'full'],
    [kept.id, 'thumb']
  ] as const)
    await utimes(fileOf(id, variant), longAgo, longAgo)
  const uploads = join(dataDir, 'uploads', tenantId)
  await writeFile(join(uploads, `${makeId()}.part`), 'half a photo')
  for (const name of await readdir(uploads))
    if (!name.startsWith(waiting.announced.id)) await utimes(join(uploads, name), longAgo, longAgo)
  const removed = await cleanUploads({ ...platform(), partials: createPartialUploads(join(dataDir, 'uploads')) })
  expect(removed).toEqual({ uploads: 1, files: 1 })
  expect(await readdir(uploads)).toEqual([`${waiting.announced.id}.part`])
  expect(await store.exists({ tenantId, id: orphan, variant: 'full' })).toBe(false)
  expect((await show(here.officer, kept.id)).status).toBe(200)
})
