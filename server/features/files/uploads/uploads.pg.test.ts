import { request } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProblemBody } from '#shared/errors.ts'
import { asOperator, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import {
  announcing,
  beginUpload,
  fileWith,
  sendBytes,
  takePhoto,
  tokenFor,
  tus,
  uploadWhole,
  type TestPhoto
} from '#server/testing/photo-fixture.ts'
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

let database: TestDatabase
let dataDir: string
let server: TestServer
/** Another process on the same database and folder. */
let second: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
const clock = createTestClock()

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'sampark-uploads-'))
  const options = { database, environment: { DATA_DIR: dataDir }, deps: { clock } }
  server = await startTestServer(options)
  second = await startTestServer(options)
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(server.url, 'field_worker')
})

afterAll(async () => {
  await server?.close()
  await second?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

async function row<T>(sql: string, values: unknown[]): Promise<T> {
  return asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows[0] as T)
}

const attachmentOf = (photo: TestPhoto) =>
  row<{ state: string; reason: string | null; upload_owner: string | null }>('select * from attachment where id = $1', [
    photo.announced.id
  ])

const grievanceOf = (id: string) =>
  row<{ photos: { id: string; state: string }[]; rev: string }>('select * from grievance where id = $1', [id])

const storedBytes = ({ announced: { id } }: TestPhoto, variant = 'full') =>
  readFile(join(dataDir, 'files', tenant.tenantId, id.slice(-2), `${id}-${variant}`))

const problemOf = async (response: Response) => (await response.json()) as ProblemBody

/** Sends the first half of the photo and cuts the line. */
async function sendHalf(photo: TestPhoto, token: string): Promise<void> {
  const headers = {
    'Tus-Resumable': '1.0.0',
    'Content-Type': 'application/offset+octet-stream',
    'Upload-Offset': '0',
    'Content-Length': String(photo.announced.size),
    Authorization: `Bearer ${token}`
  }
  const half = photo.bytes.subarray(0, photo.bytes.length / 2)
  await new Promise<void>((resolve) => {
    const sending = request(`${server.url}/api/v1/uploads/tus/${photo.announced.id}`, { method: 'PATCH', headers })
    sending.on('error', () => resolve())
    sending.write(half, () => setTimeout(() => sending.destroy(new Error('line cut')), 100))
  })
  await expect.poll(async () => (await attachmentOf(photo)).upload_owner, { timeout: 5_000 }).toBeNull()
}

const offsetOf = async (url: string, photo: TestPhoto, token: string) => {
  const response = await tus(url, { method: 'HEAD', path: `/${photo.announced.id}`, token })
  expect(response.status).toBe(200)
  return Number(response.headers.get('Upload-Offset'))
}

test('an uploaded photo is stored without its metadata, and is ready in the document that devices pull', async () => {
  const photo = await takePhoto()
  expect(photo.bytes.includes('SecretCamera')).toBe(true)
  const grievance = await fileWith(worker, office, [photo])
  expect((await grievanceOf(grievance)).photos).toMatchObject([{ id: photo.announced.id, state: 'expected' }])
  const done = await uploadWhole(server.url, worker, photo)
  expect([done.status, done.headers.get('Upload-Offset')]).toEqual([204, String(photo.announced.size)])
  const stored = await storedBytes(photo)
  expect(stored.includes('SecretCamera')).toBe(false)
  expect((await sharp(stored).metadata()).exif).toBeUndefined()
  expect((await sharp(await storedBytes(photo, 'thumb')).metadata()).width).toBe(320)
  const { wire, rev } = await row<{ wire: string; rev: number }>('select wire, rev from sync_document where id = $1', [
    grievance
  ])
  expect((JSON.parse(wire) as { photos: unknown }).photos).toEqual([{ ...photo.announced, state: 'ready' }])
  expect(Number(rev)).toBe(2)
})

test('an upload that was cut goes on at its offset, in another process, and the bytes are the same', async () => {
  const photo = await takePhoto({ width: 1200, height: 900 })
  const grievance = await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  await sendHalf(photo, token)
  const offset = await offsetOf(second.url, photo, token)
  expect(offset).toBeGreaterThan(0)
  expect(offset).toBeLessThan(photo.announced.size)
  const rest = await sendBytes(second.url, photo, { token, from: offset, bytes: photo.bytes.subarray(offset) })
  expect(rest.status).toBe(204)
  expect((await grievanceOf(grievance)).photos).toMatchObject([{ state: 'ready' }])
})

test('the usual tus client uploads in chunks and resumes what another run began', async () => {
  const photo = await takePhoto({ width: 1200, height: 900 })
  await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  await sendHalf(photo, token)
  const offsets: number[] = []
  await new Promise<void>((resolve, reject) => {
    new Upload(photo.bytes, {
      endpoint: `${second.url}/api/v1/uploads/tus`,
      headers: { Authorization: `Bearer ${token}` },
      chunkSize: 50_000,
      retryDelays: [10, 10, 10],
      onChunkComplete: (_size, accepted) => offsets.push(accepted),
      onSuccess: () => resolve(),
      onError: reject
    }).start()
  })
  expect(offsets[0]).toBeGreaterThan(50_000)
  expect(offsets.at(-1)).toBe(photo.announced.size)
  expect(await attachmentOf(photo)).toMatchObject({ state: 'ready' })
})

test('other bytes than announced are refused, and the right ones are taken afterwards', async () => {
  const photo = await takePhoto()
  const grievance = await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  const wrong = Buffer.from(photo.bytes)
  wrong[wrong.length - 10] = (wrong[wrong.length - 10] ?? 0) ^ 1
  const refused = await sendBytes(server.url, photo, { token, from: 0, bytes: wrong })
  expect(refused.status).toBe(422)
  expect((await problemOf(refused)).errors).toMatchObject([{ path: 'sha256' }])
  expect((await grievanceOf(grievance)).photos).toMatchObject([{ state: 'expected' }])
  expect((await uploadWhole(server.url, worker, photo)).status).toBe(204)
  expect((await grievanceOf(grievance)).photos).toMatchObject([{ state: 'ready' }])
})

test('what only claims to be a photo is refused for good, and everybody sees that it was', async () => {
  for (const text of ['a text named photo.jpg', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>']) {
    const photo = announcing(Buffer.from(text))
    const grievance = await fileWith(worker, office, [photo])
    const refused = await uploadWhole(server.url, worker, photo)
    expect(refused.status).toBe(422)
    expect((await problemOf(refused)).errors).toEqual([{ path: 'photo', message: 'not_an_image' }])
    expect((await grievanceOf(grievance)).photos).toMatchObject([{ state: 'refused' }])
    const asked = await worker.call('POST', '/api/v1/uploads', { photoId: photo.announced.id })
    expect(await asked.json()).toEqual({ state: 'refused', photoId: photo.announced.id, reason: 'not_an_image' })
    await expect(storedBytes(photo)).rejects.toThrow('ENOENT')
  }
})

test('a photo of 30 MB cannot be announced, begun or sent', async () => {
  const huge = announcing(Buffer.from('small in truth'))
  const command = { ...huge.announced, size: 30_000_000 }
  await expect(fileWith(worker, office, [{ ...huge, announced: command }])).rejects.toThrow('rejected')
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  const begun = await tus(server.url, { method: 'POST', token, headers: { 'Upload-Length': '30000000' } })
  expect([begun.status, (await problemOf(begun)).code]).toEqual([413, 'too_large'])
  await beginUpload(server.url, photo, token)
  const sent = await sendBytes(server.url, photo, { token, from: 0, bytes: Buffer.alloc(30_000_000) })
  expect([sent.status, (await problemOf(sent)).code]).toEqual([413, 'too_large'])
  expect(await offsetOf(server.url, photo, token)).toBe(0)
})

test('an upload takes no byte beyond the announced size and begins with no other length', async () => {
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  const other = await tus(server.url, {
    method: 'POST',
    token,
    headers: { 'Upload-Length': String(photo.announced.size - 1) }
  })
  expect([other.status, (await problemOf(other)).errors?.[0]?.path]).toEqual([400, 'Upload-Length'])
  await beginUpload(server.url, photo, token)
  const longer = await sendBytes(server.url, photo, {
    token,
    from: 0,
    bytes: Buffer.concat([photo.bytes, Buffer.from('more')])
  })
  expect(longer.status).toBe(413)
  expect((await sendBytes(server.url, photo, { token, from: 7, bytes: photo.bytes.subarray(7) })).status).toBe(409)
  expect((await sendBytes(server.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(204)
})

test('two senders of one photo at once leave one whole photo', async () => {
  const photo = await takePhoto({ width: 1600, height: 1200 })
  const grievance = await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await Promise.all([beginUpload(server.url, photo, token), beginUpload(second.url, photo, token)])
  const send = (url: string) => sendBytes(url, photo, { token, from: 0, bytes: photo.bytes })
  const statuses = (await Promise.all([send(server.url), send(second.url), send(server.url)])).map(
    (response) => response.status
  )
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => status === 409)).toHaveLength(2)
  const { photos, rev } = await grievanceOf(grievance)
  expect([photos.map((one) => one.state), Number(rev)]).toEqual([['ready'], 2])
})

test('repeating the end of an upload changes nothing', async () => {
  const photo = await takePhoto()
  const grievance = await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  await sendBytes(server.url, photo, { token, from: 0, bytes: photo.bytes })
  const before = await grievanceOf(grievance)
  expect((await beginUpload(second.url, photo, token)).status).toBe(201)
  expect(
    (await sendBytes(second.url, photo, { token, from: photo.announced.size, bytes: Buffer.alloc(0) })).status
  ).toBe(204)
  expect((await sendBytes(second.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(409)
  expect(await offsetOf(server.url, photo, token)).toBe(photo.announced.size)
  expect(await grievanceOf(grievance)).toEqual(before)
})

test('an upload whose process died before judging it is judged when the client asks for the offset', async () => {
  const photo = await takePhoto()
  const grievance = await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  await sendHalf(photo, token)
  await writeFile(join(dataDir, 'uploads', tenant.tenantId, `${photo.announced.id}.part`), photo.bytes)
  expect(await offsetOf(second.url, photo, token)).toBe(photo.announced.size)
  expect((await grievanceOf(grievance)).photos).toMatchObject([{ state: 'ready' }])
})

test('a dead writer is replaced after a while, a live one is not', async () => {
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  await beginUpload(server.url, photo, token)
  await asOperator(database, tenant.tenantId, (client) =>
    client.query(`update attachment set upload_owner = gen_random_uuid(), upload_until = $2 where id = $1`, [
      photo.announced.id,
      new Date(clock.now() + 15_000).toISOString()
    ])
  )
  expect((await sendBytes(second.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(409)
  clock.advance(16_000)
  expect((await sendBytes(second.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(204)
})
