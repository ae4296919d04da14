import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUploadTokens, uploadTokenMs, type UploadClaims } from '#server/features/files/uploads/upload-token.ts'
import { draftCookieName, draftIdOfKey } from '#server/features/grievances/report/report-draft-cookie.ts'
import { createDraft, saveAnswers } from '#server/features/grievances/report/report-draft-store.ts'
import { filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { fileWith, takePhoto, type TestPhoto } from '#server/testing/photo-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, testSecretKey, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { addressOf, makeCallers, takesSession, type Callers } from './callers.ts'
import { pageExpectations, uploadExpectations } from './public-expectations.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let other: TestTenant
let lists: Record<string, OfficeFixture>
let callers: Callers

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, environment: { DATA_DIR: makeTestFolder('public-doors'), TRUST_PROXY: '1' } })
  tenant = await makeTestTenant(database)
  other = await makeTestTenant(database)
  lists = { [tenant.slug]: await makeOffice(database, tenant), [other.slug]: await makeOffice(database, other) }
  callers = await makeCallers({ server, tenant, other })
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const nothing = '019a0000-0000-7000-8000-00000000dead'

/** Everything the server routes but what goes by sessions; `METHOD /path`. */
const publicRoutes = () => server.system.routes.filter(({ path }) => !takesSession(path)).map(({ method, path }) => `${method.toUpperCase()} ${path}`)

const split = (key: string): [method: string, path: string] => key.split(' ') as [string, string]

let networks = 0
/** A network of its own for each request, so that what is asked is who may come in and not how often. */
function network(): string {
  networks += 1
  return `198.51.${Math.floor(networks / 250)}.${(networks % 250) + 1}`
}

test('every page and every route of uploads has an expectation, and every expectation a route', () => {
  expect(publicRoutes().toSorted()).toEqual([...Object.keys(pageExpectations), ...Object.keys(uploadExpectations)].toSorted())
})

/** `Cookie` of a reporter of the office: a draft whose questions are all answered, and the pass of a report that was opened with the phone. */
async function reporterOf(office: TestTenant, named: TestTenant): Promise<string> {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  const draft = { id: draftIdOfKey(key), commandId: makeId(), grievanceId: makeId(), contactId: makeId(), number: newNumber(office) }
  const categoryId = lists[office.slug]?.categoryId ?? ''
  await server.system.platform.database.withTenant({ tenantId: office.tenantId }, async (tx) => {
    await createDraft(tx, draft, Date.now())
    await saveAnswers(tx, draft.id, { categoryId, landmark: 'The well', description: 'It has fallen in', photosAsked: true, phone: '' })
  })
  passes[office.slug] ??= await openReport(office)
  return `${draftCookieName(named.slug)}=${key}; track-${named.slug}=${passes[office.slug]}`
}

const newNumber = ({ trackingPrefix }: TestTenant) => makeTrackingNumber(trackingPrefix, crypto.getRandomValues(new Uint8Array(10)))
const passes: Record<string, string> = {}

async function openReport(office: TestTenant, by: { phone: string | null } = { phone: '+919820123456' }): Promise<string> {
  const number = newNumber(office)
  const reporter = { id: makeId(), name: 'Asha', phone: by.phone, email: 'asha@example.org', language: 'en' as const }
  const officer = await logInTo(addressOf(server, office), 'officer')
  const { verdicts } = await push(officer, [filing(lists[office.slug]!, { reporter, number })])
  expect(verdicts[0]?.verdict).toBe('applied')
  const visitor = new PortalVisitor(addressOf(server, office), { 'X-Forwarded-For': network() })
  expect((await visitor.send('/track', { number, digits: by.phone?.slice(-4) ?? '' })).path).toBe('/track/status')
  return visitor.cookies.get(`track-${office.slug}`)?.value ?? ''
}

/** What is sent where an empty form would change nothing for anybody; the other forms go empty. */
const forms: Readonly<Record<string, Record<string, string>>> = { 'POST /track/consent': { purpose: 'surveys', given: 'yes' } }

/** The status, and where a redirect leads below the office's address. */
async function open(key: string, headers: Record<string, string>): Promise<string> {
  const [method, path] = split(key)
  const body = method === 'POST' ? { body: new URLSearchParams(forms[key]) } : {}
  const address = `${addressOf(server, tenant)}${path.replace(':id', nothing)}`
  const response = await fetch(address, { method, redirect: 'manual', headers: { 'X-Forwarded-For': network(), ...headers }, ...body })
  await response.arrayBuffer()
  const to = response.headers.get('location')?.replace(`/o/${tenant.slug}`, '')
  return to === undefined ? String(response.status) : `${response.status} ${to}`
}

/** Decisions on consent and requests to be erased, of both offices: what reporters do for themselves. */
async function selfService(): Promise<{ decisions: number; requests: number }> {
  const counts = await Promise.all([tenant, other].map(({ tenantId }) =>
    server.system.platform.database.withTenant({ tenantId }, async (tx) => {
      const { rows } = await tx.query<{ decisions: number; requests: number }>('select (select count(*)::int from consent_event) as decisions, (select count(*)::int from erase_request) as requests')
      return rows[0]!
    })))
  return { decisions: counts.reduce((sum, one) => sum + one.decisions, 0), requests: counts.reduce((sum, one) => sum + one.requests, 0) }
}

/** What every page of the table answers to whoever comes with these headers. */
async function answersTo(headersOf: () => Promise<Record<string, string>> | Record<string, string>, keys = Object.keys(pageExpectations)) {
  const answers: [string, string][] = []
  for (const key of keys) answers.push([key, await open(key, await headersOf())])
  return Object.fromEntries(answers)
}

const expected = (who: 'anyone' | 'reporter') => Object.fromEntries(Object.entries(pageExpectations).map(([key, answers]) => [key, answers[who]]))

describe('every page for citizens', () => {
  test('answers whoever is no reporter as the table says, whatever token he brings', async () => {
    for (const [caller, token] of Object.entries(callers.tokens)) {
      const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` }
      expect({ caller, ...(await answersTo(() => headers)) }).toEqual({ caller, ...expected('anyone') })
    }
  })

  test('answers the reporter by her draft and her opened report', async () => {
    expect(await answersTo(async () => ({ Cookie: await reporterOf(tenant, tenant) }))).toEqual(expected('reporter'))
  })

  test("is to another office's reporter what it is to anyone", async () => {
    expect(await answersTo(async () => ({ Cookie: await reporterOf(other, tenant) }))).toEqual(expected('anyone'))
  })

  test('changes what is kept of a reporter by her own hand alone: nobody else is let to, wherever he is led', async () => {
    const asked = ['POST /track/consent', 'POST /track/erase']
    const passOf = async (by: { phone: string | null }) => `track-${tenant.slug}=${await openReport(tenant, by)}`
    const [hers, ofNumberAlone, strangers] = [await passOf({ phone: '+919820123456' }), await passOf({ phone: null }), await reporterOf(other, tenant)]
    const headers: Record<string, Record<string, string>> = {
      ...Object.fromEntries(Object.entries(callers.tokens).map(([caller, token]) => [caller, token === null ? {} : { Authorization: `Bearer ${token}` }])),
      "another office's reporter": { Cookie: strangers },
      'who knows the number alone': { Cookie: ofNumberAlone },
      'a pass that somebody else signed': { Cookie: hers.replace(/.{4}$/, 'AAAA') },
      'another site with her cookies': { Cookie: hers, 'Sec-Fetch-Site': 'cross-site' }
    }
    const before = await selfService()
    for (const [caller, given] of Object.entries(headers)) {
      const led = { 'who knows the number alone': '303 /track/status', 'another site with her cookies': '403' }[caller] ?? '303 /track'
      expect({ caller, ...(await answersTo(() => given, asked)) }).toEqual({ caller, ...Object.fromEntries(asked.map((key) => [key, led])) })
      expect({ caller, kept: await selfService() }).toEqual({ caller, kept: before })
    }
    await answersTo(() => ({ Cookie: hers }), asked)
    expect(await selfService()).toEqual({ decisions: before.decisions + 2, requests: before.requests + 1 })
  })

  test('takes no form from another site, not even with the cookies of the reporter', async () => {
    const posts = Object.keys(pageExpectations).filter((key) => key.startsWith('POST'))
    const foreign: Record<string, string>[] = [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'https://elsewhere.example' }]
    for (const headers of foreign) {
      const answers = await answersTo(async () => ({ ...headers, Cookie: await reporterOf(tenant, tenant) }), posts)
      expect({ ...headers, ...answers }).toEqual({ ...headers, ...Object.fromEntries(posts.map((key) => [key, '403'])) })
    }
  })
})

describe('every route of uploads', () => {
  const claimsOf = ({ announced: { id: photoId, sha256, size } }: TestPhoto, { tenantId }: TestTenant): UploadClaims => ({ tenantId, photoId, sha256, size })

  /** Calls as tus says, for the photo and with the bearer; HEAD goes before the bytes, since the table's keys are in that order. */
  async function callAll(photo: TestPhoto, token: string | null): Promise<Record<string, number>> {
    const answers: [string, number][] = []
    for (const key of ['POST', 'HEAD', 'OPTIONS', 'PATCH'].flatMap((method) => Object.keys(uploadExpectations).filter((one) => one.startsWith(method)))) {
      const [method, path] = split(key)
      const headers = {
        'Tus-Resumable': '1.0.0',
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(method === 'POST' && { 'Upload-Length': String(photo.announced.size) }),
        ...(method === 'PATCH' && { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' })
      }
      const body = method === 'PATCH' ? { body: new Uint8Array(photo.bytes) } : {}
      const response = await fetch(`${addressOf(server, tenant)}${path.replace(':photoId', photo.announced.id)}`, { method, headers, ...body })
      await response.arrayBuffer()
      answers.push([key, response.status])
    }
    return Object.fromEntries(answers)
  }

  const all = (who: 'anyone' | 'holder' | 'ofAnotherPhoto') => Object.fromEntries(Object.entries(uploadExpectations).map(([key, answers]) => [key, answers[who]]))

  test('answers by the upload token and by nothing else', async () => {
    const tokens = createUploadTokens([testSecretKey])
    const [photo, small] = [await takePhoto(), await takePhoto({ width: 64, height: 48 })]
    await fileWith(callers.sessions.field_worker, lists[tenant.slug]!, [photo, small])
    const sign = async (claims: UploadClaims, at = Date.now()) => (await tokens.sign(claims, at)).token
    const closed = {
      ...callers.tokens,
      'an expired upload token': await sign(claimsOf(photo, tenant), Date.now() - uploadTokenMs - 1_000),
      "another office's upload token": await sign(claimsOf(photo, other)),
      'an upload token that somebody else signed': (await createUploadTokens([Buffer.alloc(32, 7).toString('base64url')]).sign(claimsOf(photo, tenant), Date.now())).token
    }
    for (const [caller, token] of Object.entries(closed)) expect({ caller, ...(await callAll(photo, token)) }).toEqual({ caller, ...all('anyone') })
    expect(await callAll(photo, await sign(claimsOf(small, tenant)))).toEqual(all('ofAnotherPhoto'))
    expect(await callAll(photo, await sign(claimsOf(photo, tenant)))).toEqual(all('holder'))
  })
})
