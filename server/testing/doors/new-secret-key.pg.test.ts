import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { ReceiptLookup } from '#shared/sync-issues/sync-issue-list.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { uploadTokenMs, createUploadTokens } from '#server/features/files/uploads/upload-token.ts'
import { filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { beginUpload, fileWith, sendBytes, takePhoto, tokenFor, tus } from '#server/testing/photo-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, testSecretKey, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

const SECRET_KEY = Buffer.from('the key that comes after the first').toString('base64url')
const thirdKey = Buffer.from('and the one after the second, at last').toString('base64url')

let database: TestDatabase
/** The same office before the key was changed, while both keys are accepted, once the former one was taken away, and after a second change. */
let before: TestServer
let during: TestServer
let afterwards: TestServer
let twice: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  const DATA_DIR = makeTestFolder('new-secret-key')
  before = await startTestServer({ database, environment: { DATA_DIR } })
  during = await startTestServer({ database, environment: { DATA_DIR, SECRET_KEY, SECRET_KEY_PREVIOUS: testSecretKey } })
  afterwards = await startTestServer({ database, environment: { DATA_DIR, SECRET_KEY } })
  twice = await startTestServer({ database, environment: { DATA_DIR, SECRET_KEY: thirdKey, SECRET_KEY_PREVIOUS: `${SECRET_KEY}, ${testSecretKey}` } })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  worker = await logInTo(before.url, 'field_worker')
})
afterAll(async () => {
  await Promise.all([before?.close(), during?.close(), afterwards?.close(), twice?.close()])
  await database?.drop()
})

/** Whether the batch carries the signature of one of the keys that this session was told, found by its id. */
function isSignedFor({ reply }: TestSession, { batch }: ReceiptLookup): boolean {
  const told = [reply.receiptKey, ...(reply.formerReceiptKeys ?? [])].find((key) => key?.keyId === batch.keyId)
  return told !== undefined && verify(null, Buffer.from(batch.hashes.join('\n')), keyOf(told), Buffer.from(batch.signature, 'base64url'))
}

const keyOf = ({ publicKey }: RescueKey) => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })

async function receiptOf(session: TestSession, commandId: string): Promise<ReceiptLookup> {
  const answer = await session.call('GET', `/api/v1/receipts/${commandId}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as ReceiptLookup
}

test('a receipt from before is checked with the former key, one of today with the present key', async () => {
  const [old, fresh] = [filing(office), filing(office)]
  expect((await push(worker, [old])).verdicts[0]?.verdict).toBe('applied')
  const now = await logInTo(during.url, 'field_worker')
  expect((await push(now, [fresh])).verdicts[0]?.verdict).toBe('applied')
  const [first, second] = [await receiptOf(now, old.id), await receiptOf(now, fresh.id)]
  expect(first.batch.keyId).not.toBe(second.batch.keyId)
  expect([isSignedFor(now, first), isSignedFor(now, second)]).toEqual([true, true])
  expect(now.reply.receiptKey?.keyId).toBe(second.batch.keyId)
  const told = (await (await now.call('GET', '/api/v1/sync/receipt-key')).json()) as { keyId: string; former: RescueKey[] }
  expect([told.keyId, ...told.former.map(({ keyId }) => keyId)]).toEqual([second.batch.keyId, first.batch.keyId])
  const later = await logInTo(afterwards.url, 'field_worker')
  expect([isSignedFor(later, first), isSignedFor(later, second)]).toEqual([false, true])
})

test('after a second change the receipts of both former keys are checked, and sessions go on', async () => {
  const [first, second, third] = [filing(office), filing(office), filing(office)]
  expect((await push(worker, [first])).verdicts[0]?.verdict).toBe('applied')
  expect((await push(await logInTo(during.url, 'field_worker'), [second])).verdicts[0]?.verdict).toBe('applied')
  const now = await logInTo(twice.url, 'field_worker')
  expect((await push(now, [third])).verdicts[0]?.verdict).toBe('applied')
  const receipts = await Promise.all([first, second, third].map(({ id }) => receiptOf(now, id)))
  expect(receipts.map((receipt) => isSignedFor(now, receipt))).toEqual([true, true, true])
  expect(new Set(receipts.map(({ batch }) => batch.keyId)).size).toBe(3)
  const old = await fetch(`${twice.url}/api/v1/session`, { headers: { Authorization: `Bearer ${worker.reply.accessToken}` } })
  expect(old.status).toBe(200)
})

test('an upload goes on with the token from before until it expires', async () => {
  const photo = await takePhoto({ width: 64, height: 48 })
  await fileWith(worker, office, [photo])
  const token = await tokenFor(worker, photo)
  expect((await beginUpload(before.url, photo, token)).status).toBe(201)
  expect((await sendBytes(afterwards.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(401)
  const { id: photoId, sha256, size } = photo.announced
  const expired = await createUploadTokens([testSecretKey]).sign({ tenantId: tenant.tenantId, photoId, sha256, size }, Date.now() - uploadTokenMs - 1_000)
  const late = await tus(during.url, { method: 'HEAD', path: `/${photoId}`, token: expired.token })
  expect(late.status).toBe(401)
  expect((await sendBytes(during.url, photo, { token, from: 0, bytes: photo.bytes })).status).toBe(204)
})

test('a report that a citizen has opened stays open', async () => {
  const number = makeTrackingNumber(tenant.trackingPrefix, crypto.getRandomValues(new Uint8Array(10)))
  const reporter = { id: makeId(), name: 'Asha', phone: '+919820123456', email: null, language: 'en' as const }
  expect((await push(worker, [filing(office, { reporter, number })])).verdicts[0]?.verdict).toBe('applied')
  const visitor = new PortalVisitor(before.url, { 'Accept-Language': 'en' })
  expect((await visitor.send('/track', { number, digits: '3456' })).path).toBe('/track/status')
  const statusAt = async (server: TestServer) => {
    const elsewhere = new PortalVisitor(server.url, { 'Accept-Language': 'en' })
    for (const [name, cookie] of visitor.cookies) elsewhere.cookies.set(name, cookie)
    return (await elsewhere.open('/track/status')).path
  }
  expect([await statusAt(during), await statusAt(afterwards)]).toEqual(['/track/status', '/track'])
})

test('a request that is repeated under its Idempotency-Key after the change is not done twice', async () => {
  const url = (server: TestServer) => `${server.url}/o/${tenant.slug}`
  const role = { name: 'Visitors', baseRole: 'officer', actions: ['grievance.read'], masks: [] }
  const post = async (server: TestServer, body: object) => {
    const { reply } = await logInTo(url(server), 'owner')
    const headers = { Authorization: `Bearer ${reply.accessToken}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'made-once-and-only-once' }
    return fetch(`${url(server)}/api/v1/roles`, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const first = await post(before, role)
  const again = await post(during, role)
  expect([first.status, again.status]).toEqual([201, 201])
  expect(await again.json()).toEqual(await first.json())
  expect((await post(during, { ...role, name: 'Others' })).status).toBe(422)
})
