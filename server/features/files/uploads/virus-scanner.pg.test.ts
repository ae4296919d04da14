import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ProblemBody } from '#shared/errors.ts'
import { asOperator, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { announcing, fileWith, takePhoto, tokenFor, tus, uploadWhole, type TestPhoto } from '#server/testing/photo-fixture.ts'
import { harmlessVirus, startClamdDouble, type ClamdDouble } from '#server/testing/providers/clamd-double.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let clamd: ClamdDouble
let environment: Record<string, string>
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession

beforeAll(async () => {
  ;[database, clamd] = await Promise.all([createTestDatabase(), startClamdDouble()])
  environment = { DATA_DIR: await mkdtemp(join(tmpdir(), 'sampark-scanned-')), CLAMD_ADDRESS: clamd.address }
  server = await startTestServer({ database, environment })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(server.url, 'field_worker')
})
beforeEach(() => {
  clamd.mood = 'well'
  clamd.streams.splice(0)
})
afterAll(async () => {
  await server?.close()
  await Promise.all([clamd?.close(), database?.drop()])
  await rm(environment['DATA_DIR'] ?? '', { recursive: true, force: true })
})

const one = <T>(sql: string, values: unknown[]): Promise<T> =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(sql, values)).rows[0] as T)
const stateOf = async ({ announced }: TestPhoto) => (await one<{ state: string }>('select state from attachment where id = $1', [announced.id])).state
const shown = async ({ announced }: TestPhoto) => (await worker.call('GET', `/api/v1/files/${announced.id}`)).status

test('a photo is seen once the scanner has had its very bytes and found nothing', async () => {
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  expect((await uploadWhole(server.url, worker, photo)).status).toBe(204)
  expect(clamd.streams.map(({ bytes }) => bytes.equals(photo.bytes))).toEqual([true])
  expect(await shown(photo)).toBe(200)
})

test('what the scanner finds is refused for good, with the reason to the sender and its name in the audit', async () => {
  const plain = await takePhoto()
  const photo = announcing(Buffer.concat([plain.bytes, Buffer.from(harmlessVirus)]))
  await fileWith(worker, office, [photo])
  const refused = await uploadWhole(server.url, worker, photo)
  expect(refused.status).toBe(422)
  expect((await refused.json()) as ProblemBody).toMatchObject({ detail: 'A virus was found in the file.', errors: [{ path: 'photo', message: 'virus' }] })
  expect([await stateOf(photo), await shown(photo)]).toEqual(['refused', 404])
  const asked = await worker.call('POST', '/api/v1/uploads', { photoId: photo.announced.id })
  expect(await asked.json()).toEqual({ state: 'refused', photoId: photo.announced.id, reason: 'virus' })
  expect(await one('select action, after from audit_entry where subject_id = $1', [photo.announced.id])).toEqual({
    action: 'photo.refuse', after: { reason: 'virus', found: 'Eicar-Test-Signature' }
  })
})

test.each(['broken', 'nobody there', 'full'] as const)('while the scanner is away (%s) a photo waits unseen, with all its bytes, and is taken when its phone asks again', async (mood) => {
  const patient = mood === 'nobody there' ? await startTestServer({ database, environment: { ...environment, CLAMD_ADDRESS: '127.0.0.1:1' } }) : server
  if (mood !== 'nobody there') clamd.mood = mood
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  const away = await uploadWhole(patient.url, worker, photo)
  expect([away.status, await stateOf(photo), await shown(photo)]).toEqual([503, 'expected', 404])
  clamd.mood = 'well'
  const again = await tus(server.url, { method: 'HEAD', path: `/${photo.announced.id}`, token: await tokenFor(worker, photo) })
  expect(again.headers.get('Upload-Offset')).toBe(String(photo.announced.size))
  expect([await stateOf(photo), await shown(photo)]).toEqual(['ready', 200])
  if (patient !== server) await patient.close()
})

test('a photo that waits is taken by the scheduler too, when its phone never comes again', async () => {
  clamd.mood = 'broken'
  const photo = await takePhoto()
  await fileWith(worker, office, [photo])
  expect((await uploadWhole(server.url, worker, photo)).status).toBe(503)
  clamd.mood = 'well'
  const scheduler = await startTestServer({ database, environment, roles: ['scheduler'] })
  await expect.poll(() => stateOf(photo), { timeout: 30_000 }).toBe('ready')
  await scheduler.close()
  expect(await shown(photo)).toBe(200)
})
