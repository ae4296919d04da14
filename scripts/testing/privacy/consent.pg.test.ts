import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareReporterMessage } from '#server/features/messaging/prepare-reporter-message.ts'
import * as grievances from '#server/features/grievances/grievance-messages.ts'
import type { OutboxRow } from '#server/jobs/outbox-message.ts'
import { asOperator, commandOf, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { pushOne, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession
let owner: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, environment: { TRUST_PROXY: '1' } })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  ;[officer, owner] = [await logInTo(url, 'officer'), await logInTo(url, 'owner')]
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const rows = <T extends object>(sql: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query<T>(sql, values)).rows)

let visitors = 0
/** Sends a report page by page; resolves to the citizen at her confirmation, and the number. */
async function report(contact: Record<string, string>): Promise<{ citizen: PortalVisitor; number: string; id: string }> {
  visitors += 1
  const citizen = new PortalVisitor(`${server.url}/o/${tenant.slug}`, { 'X-Forwarded-For': `198.51.100.${visitors}` })
  await citizen.send('/report/start', {})
  await citizen.send('/report/category', { category: office.categoryId })
  await citizen.send('/report/place', { landmark: 'Opposite the school gate' })
  await citizen.send('/report/details', { description: 'A deep hole' })
  await citizen.send('/report/photo', { go: 'on' })
  const asked = await citizen.open('/report/contact')
  expect(asked.text).toContain('What we keep')
  expect(asked.html).not.toMatch(/type="checkbox"[^>]*checked/)
  await citizen.send('/report/contact', { name: 'Asha', ...contact })
  const sent = await citizen.send('/report/check', {})
  const number = /[A-Z]{2,4}-\w{5}-\w{5}-\w/.exec(sent.text)?.[0] ?? 'no number'
  const [grievance] = await rows<{ id: string }>('select id from grievance where number = $1', [number])
  return { citizen, number, id: grievance!.id }
}

const outbox = (id: string) =>
  rows<{ channel: string; status: string; last_error: string | null }>('select channel, status, last_error from outbox where subject_id = $1 order by id', [id])
const consentsOf = async (id: string) => (await rows<{ consents: string[] | null }>('select consents from reporter_contact where grievance_id = $1', [id]))[0]?.consents

test('who refuses messages gets none, the office sees why, and the report is taken all the same', async () => {
  const { id } = await report({ phone: '9812345601', email: 'asha@example.org', refusesUpdates: 'on' })
  expect((await outbox(id)).sort((a, b) => b.channel.localeCompare(a.channel))).toEqual([
    { channel: 'sms', status: 'cancelled', last_error: 'no_consent' },
    { channel: 'email', status: 'cancelled', last_error: 'no_consent' }
  ])
  expect(await consentsOf(id)).toEqual([])
  const listed = (await (await officer.call('GET', '/api/v1/messages?status=cancelled')).json()) as { messages: { lastError: string }[] }
  expect(listed.messages.map(({ lastError }) => lastError)).toEqual(['no_consent', 'no_consent'])
})

test('what was agreed to is kept by purpose and channel, and withdrawing is one button that reaches phones and waiting messages', async () => {
  const { citizen, id, number } = await report({ phone: '9812345602', survey: 'on' })
  expect(await consentsOf(id)).toEqual(['grievance_updates:sms', 'surveys:sms'])
  expect(await outbox(id)).toMatchObject([{ channel: 'sms', status: 'queued' }])
  const contacts = replicaOf(database, officer, 'contacts')
  await contacts.sync()
  const held = () => [...contacts.held.values()].find((one) => one['grievanceId'] === id)
  expect(held()).toMatchObject({ consents: ['grievance_updates:sms', 'surveys:sms'] })

  await citizen.send('/track/consent', { purpose: 'grievance_updates', given: 'no' })
  expect(await consentsOf(id)).toHaveLength(2)
  const status = await citizen.send('/track', { number, digits: '5602' })
  expect(status.text).toContain('You get messages about this report')
  expect(status.text).not.toContain('9812345602')
  const after = await citizen.send('/track/consent', { purpose: 'grievance_updates', given: 'no' })
  expect(after.text).toContain('You get no messages about this report')
  expect(await consentsOf(id)).toEqual(['surveys:sms'])
  await contacts.sync()
  expect(held()).toMatchObject({ consents: ['surveys:sms'], phone: '+919812345602' })

  const [waiting] = await rows<OutboxRow>(
    'select id, channel, topic, subject_id as "subjectId", recipient_id as "recipientId", language, params from outbox where subject_id = $1', [id])
  const needs = { grievances, announce: () => undefined, trackingPath: () => '/track' }
  const prepared = await server.system.platform.database.withTenant(tenant, (tx) =>
    prepareReporterMessage(tx, waiting!, { needs, senders: { sms: null, email: null, push: null } as never, publicUrl: server.url }))
  expect(prepared).toEqual({ kind: 'end', status: 'cancelled', error: 'no_consent' })
  expect((await pushOne(officer, commandOf('grievance.step', { grievanceId: id, action: 'reject', text: 'Not ours', reasonCode: 'other_authority' }))).verdict).toBe('applied')
  expect(await outbox(id)).toMatchObject([{ status: 'queued' }, { status: 'cancelled', last_error: 'no_consent' }])

  await citizen.send('/track/consent', { purpose: 'grievance_updates', given: 'yes' })
  expect(await consentsOf(id)).toEqual(['grievance_updates:sms', 'surveys:sms'])
  const book = await rows<{ given: boolean; source: string }>(
    `select given, source from consent_event where purpose = 'grievance_updates' and contact_id = (select id from reporter_contact where grievance_id = $1) order by at, id`, [id])
  expect(book.map(({ given, source }) => [given, source])).toEqual([[true, 'portal_form'], [false, 'portal_page'], [true, 'portal_page']])
})

test('the book of consents can be added to and never changed', async () => {
  const { database: app } = server.system.platform
  for (const sql of ['update consent_event set given = true', 'delete from consent_event'])
    await expect(app.withTenant(tenant, (tx) => tx.query(sql))).rejects.toThrow('permission denied')
})

test('a citizen asks to be erased, the office sees it and does it, and the citizen finds nothing of herself', async () => {
  const { citizen, id, number } = await report({ phone: '9812345603' })
  await citizen.send('/track/erase', {})
  const requests = async () => ((await (await owner.call('GET', '/api/v1/privacy/requests')).json()) as { requests: { grievanceId: string; number: string }[] }).requests
  expect(await requests()).toEqual([])
  await citizen.send('/track', { number, digits: '5603' })
  for (let times = 0; times < 2; times += 1) expect((await citizen.send('/track/erase', {})).text).toContain('You asked on')
  expect(await requests()).toMatchObject([{ grievanceId: id, number }])
  expect((await officer.call('GET', '/api/v1/privacy/requests')).status).toBe(403)
  const done = await owner.call('POST', '/api/v1/privacy/erase', { subject: { personIds: [], grievanceIds: [id] } })
  expect(await done.json()).toMatchObject({ reports: 1, contacts: 1 })
  expect(await requests()).toEqual([])
  const left = await citizen.open('/track/status')
  expect(left.text).not.toContain('A deep hole')
  expect(left.text).not.toContain('What we keep about you')
  expect((await citizen.send('/track', { number, digits: '5603' })).text).toContain('No phone number was given')
})
