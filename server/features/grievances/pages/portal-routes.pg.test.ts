import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import sharp from 'sharp'
import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import type { PortalReceipt, TrackReply } from '#shared/grievances/portal-report.ts'
import type { Command } from '#shared/protocol/command.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { asOperator, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let office: TestTenant
let lists: OfficeFixture
const url = () => `${server.url}/o/${office.slug}`

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  await makeTestTenant(database)
  lists = await makeOffice(database, office)
  server = await startTestServer({
    database,
    redisUrl: redis.url,
    environment: { DATA_DIR: makeTestFolder('portal-routes'), TRUST_PROXY: '1' }
  })
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

const newNumber = (prefix = office.trackingPrefix) =>
  makeTrackingNumber(prefix, crypto.getRandomValues(new Uint8Array(10)))
const saved = (more: Partial<FileGrievanceArgs> = {}): Command =>
  filing(lists, { number: newNumber(), source: 'portal', ...more })

const post = (path: string, body: unknown) =>
  fetch(`${url()}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  })

async function send(command: Command, website = ''): Promise<{ status: number; receipt: PortalReceipt }> {
  const response = await post('/api/v1/portal/grievances', { command, website })
  return { status: response.status, receipt: (await response.json()) as PortalReceipt }
}

const reports = (number: unknown) =>
  asOperator(database, office.tenantId, async (client) => {
    const found = await client.query(
      'select source, person_id, photos from grievance where tenant_id = $1 and number = $2',
      [office.tenantId, number]
    )
    return found.rows as { source: string; person_id: string | null; photos: { id: string; state: string }[] }[]
  })

describe('a report that a device saved', () => {
  test('keeps the number the device made, and is filed once however often it is sent', async () => {
    const command = saved()
    const answers = await Promise.all([send(command), send(command), send(command)])
    for (const { status, receipt } of answers)
      expect([status, receipt.verdict, receipt.number]).toEqual([200, 'applied', command.args['number']])
    expect(await reports(command.args['number'])).toHaveLength(1)
  })

  test('cannot say that it comes from the office, or speak for a person of the office', async () => {
    const command = saved({ source: 'counter', personId: makeId() })
    await send(command)
    expect(await reports(command.args['number'])).toMatchObject([{ source: 'portal', person_id: null }])
  })

  test('gets its photo through with the token of the receipt', async () => {
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#345' } })
      .jpeg()
      .toBuffer()
    const photo = { id: makeId(), sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }
    const command = saved({ photos: [photo] })
    const [permit] = (await send(command)).receipt.uploads
    const headers = { 'Tus-Resumable': '1.0.0', Authorization: `Bearer ${permit?.token}` }
    await fetch(`${server.url}${permit?.endpoint}`, {
      method: 'POST',
      headers: { ...headers, 'Upload-Length': String(bytes.length) }
    })
    const patch = { ...headers, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }
    const done = await fetch(`${server.url}${permit?.endpoint}/${photo.id}`, {
      method: 'PATCH',
      headers: patch,
      body: new Uint8Array(bytes)
    })
    expect(done.status).toBe(204)
    expect((await reports(command.args['number']))[0]?.photos).toMatchObject([{ id: photo.id, state: 'ready' }])
  })

  test('takes along the photo that was uploaded page by page before the line broke', async () => {
    const citizen = new PortalVisitor(url(), { 'X-Forwarded-For': '198.51.100.9' })
    await citizen.send('/report/start', {})
    await citizen.send('/report/category', { category: lists.categoryId })
    await citizen.send('/report/place', { landmark: 'Bus stand' })
    await citizen.send('/report/details', { description: 'No water' })
    const form = new FormData()
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#345' } })
      .jpeg()
      .toBuffer()
    form.set('photo', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'p.jpg')
    const page = await citizen.send('/report/photo', form)
    const fact = (name: string) => new RegExp(`data-${name}="([^"]+)"`).exec(page.html)?.[1] ?? ''
    const command = saved({ grievanceId: fact('grievance'), number: fact('number'), description: 'No water' })
    expect((await send({ ...command, id: fact('command') })).receipt.number).toBe(fact('number'))
    expect((await reports(fact('number')))[0]?.photos).toMatchObject([{ state: 'ready' }])
    expect((await citizen.send('/report/contact', {})).path).toBe('/report/sent')
  })

  test('a machine that fills the hidden field, a command of staff and a number of another office are refused', async () => {
    const trapped = saved()
    expect((await send(trapped, 'http://spam.example')).status).toBe(422)
    expect(await reports(trapped.args['number'])).toHaveLength(0)
    expect((await send({ ...saved(), name: 'grievance.step' })).status).toBe(400)
    expect((await send(saved({ number: newNumber('XYZ') }))).status).toBe(400)
  })

  test('a category that is no more gives a refusal that says so', async () => {
    expect((await send(saved({ categoryId: makeId() }))).receipt).toMatchObject({
      verdict: 'rejected',
      code: 'missing_record',
      number: null
    })
  })
})

describe('following a report', () => {
  test('gives content only to the right pair, and the same refusal to a wrong pair and an unknown number', async () => {
    const reporter = { id: makeId(), name: 'Asha', phone: '+919820123456', email: null, language: 'en' as const }
    const command = saved({ reporter })
    await send(command)
    const open = await post('/api/v1/portal/track', { number: command.args['number'], digits: '3456' })
    const reply = (await open.json()) as TrackReply
    expect(reply).toMatchObject({ state: 'submitted', details: { description: command.args['description'] } })
    expect(JSON.stringify(reply)).not.toContain('Asha')
    const refusals = await Promise.all(
      [
        { number: command.args['number'], digits: '0000' },
        { number: newNumber(), digits: '3456' }
      ].map(async (pair) => {
        const { requestId: _, ...problem } = (await (await post('/api/v1/portal/track', pair)).json()) as Record<
          string,
          unknown
        >
        return problem
      })
    )
    expect(refusals[0]).toEqual(refusals[1])
    expect(refusals[0]).toMatchObject({ code: 'not_found' })
  })
})

test('the offline form holds every question in the language of its address', async () => {
  const page = await fetch(`${url()}/report/offline?lang=hi`, { redirect: 'manual' })
  const text = await page.text()
  expect(page.status).toBe(200)
  expect(page.headers.getSetCookie()).toEqual([])
  expect(text).toContain('lang="hi"')
  expect(text).toContain(`data-prefix="${office.trackingPrefix}"`)
  for (const name of ['category', 'landmark', 'ward', 'description', 'photo', 'name', 'phone', 'email'])
    expect(text).toContain(`name="${name}"`)
})
