import { afterAll, beforeAll, expect, test } from 'vitest'
import { filing, makeId, makeOffice, asOperator, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let owner: TestSession
const url = () => `${server.url}/o/${tenant.slug}`

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  server = await startTestServer({ database, redisUrl: redis.url, environment: { TRUST_PROXY: '1', SMS_URL: 'http://127.0.0.1:9/sms' } })
  owner = await logInTo(url(), 'owner')
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

/** A report of its own, opened by its number and four digits in a browser of its own. */
async function opened(phone: string) {
  const filed = filing(office, { landmark: 'Behind the old well', reporter: { id: makeId(), name: 'Asha Kumari', phone, email: null, language: 'en' } })
  expect((await push(owner, [filed])).verdicts[0]?.verdict).toBe('applied')
  const citizen = new PortalVisitor(url(), { 'Accept-Language': 'en', 'X-Forwarded-For': `203.0.113.${phone.slice(-2)}` })
  const number = String(filed.args['number'])
  expect((await citizen.send('/track', { number, digits: phone.slice(-4) })).path).toBe('/track/status')
  return { citizen, number, grievanceId: String(filed.args['grievanceId']) }
}

async function sentCode(grievanceId: string): Promise<string> {
  const { database: db, oneTime, clock } = server.system.platform
  return db.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(`select id from one_time_secret where tenant_id = $1 and purpose = 'my-data' and subject = $2`, [tenant.tenantId, grievanceId])
    return (await oneTime.forMessage(tx, rows[0]!.id, clock.now()))!.secret
  })
}

test('four digits show what is kept in part; the code sent to the phone shows and downloads all of it', async () => {
  const { citizen, number, grievanceId } = await opened('+919820120011')
  const part = await citizen.open('/track/my-data')
  expect(part.text).toContain('A deep hole before the school gate')
  for (const whole of ['Asha Kumari', '9820120011', 'Behind the old well', '12.905']) expect(part.html).not.toContain(whole)
  const partFile = await citizen.open('/track/my-data.json')
  expect(partFile.headers.get('content-disposition')).toBe(`attachment; filename="my-data-${number}.json"`)
  expect(partFile.html).not.toContain('9820120011')
  expect(JSON.parse(partFile.html)).toMatchObject({ complete: false, place: null, report: { number } })

  expect((await citizen.send('/track/my-data', { do: 'code' })).text).toContain('A code was sent')
  const code = await sentCode(grievanceId)
  expect((await citizen.send('/track/my-data', { do: 'proof', code: code === '000000' ? '000001' : '000000' })).text).toContain('This code is not right')
  const all = await citizen.send('/track/my-data', { do: 'proof', code })
  expect(all.path).toBe('/track/my-data')
  for (const whole of ['Asha Kumari', '9820120011', 'Behind the old well', '12.905']) expect(all.text).toContain(whole)
  expect(JSON.parse((await citizen.open('/track/my-data.json')).html)).toMatchObject({
    complete: true, contact: { name: 'Asha Kumari', phone: '+919820120011' }, place: { landmark: 'Behind the old well', latitude: 12.905 }
  })
  expect((await citizen.send('/track/my-data', { do: 'proof', code })).status).toBe(422)
  expect((await citizen.open('/track/status')).text).toContain('A deep hole')
})

test('nobody sees what another decided or asked', async () => {
  const [mine, other] = [await opened('+919820120051'), await opened('+919820120052')]
  await mine.citizen.send('/track/consent', { purpose: 'grievance_updates', given: 'no' })
  await mine.citizen.send('/track/my-data', { do: 'correction', wrong: 'It was the other gate' })
  const [own, foreign] = await Promise.all([mine, other].map(async ({ citizen }) => JSON.parse((await citizen.open('/track/my-data.json')).html) as unknown))
  expect(own).toMatchObject({ consents: [{ purpose: 'grievance_updates', given: false }], requests: { corrections: [{ settledAt: null }] } })
  expect(foreign).toMatchObject({ consents: [], requests: { corrections: [] } })
})

test('a code is sent to the phone that is kept, three times in a quarter of an hour, and opens only its own report', async () => {
  const [mine, other] = [await opened('+919820120021'), await opened('+919820120022')]
  for (let time = 0; time < 3; time += 1) expect((await mine.citizen.send('/track/my-data', { do: 'code' })).status).toBe(200)
  expect((await mine.citizen.send('/track/my-data', { do: 'code' })).status).toBe(429)
  const messages = await asOperator(database, tenant.tenantId, async (client) =>
    (await client.query<{ channel: string; topic: string }>(`select channel, topic from outbox where subject_id = $1 and topic = 'code.asked'`, [mine.grievanceId])).rows)
  expect(messages).toEqual(Array.from({ length: 3 }, () => ({ channel: 'sms', topic: 'code.asked' })))
  const code = await sentCode(mine.grievanceId)
  expect((await other.citizen.send('/track/my-data', { do: 'proof', code })).status).toBe(422)
})

test('nothing opens without the digits: not by the number alone, not in another browser', async () => {
  const filed = filing(office)
  await push(owner, [filed])
  const citizen = new PortalVisitor(url(), { 'Accept-Language': 'en' })
  await citizen.send('/track', { number: String(filed.args['number']), digits: '' })
  for (const path of ['/track/my-data', '/track/my-data.json']) {
    expect((await citizen.open(path)).path).toBe('/track')
    expect((await new PortalVisitor(url(), {}).open(path)).path).toBe('/track')
  }
  expect((await citizen.send('/track/my-data', { do: 'correction', wrong: 'x' })).path).toBe('/track')
  const own = await opened('+919820120041')
  for (const unknown of ['', 'constructor', '__proto__']) expect((await own.citizen.send('/track/my-data', { do: unknown })).status).toBe(200)
})

test('a correction reaches the owner in the words of the citizen, lies sealed, is settled in the audit, and goes with an erasure', async () => {
  const { citizen, number, grievanceId } = await opened('+919820120031')
  const words = 'My name is Asha Kumaari, phone 9820120032'
  expect((await citizen.send('/track/my-data', { do: 'correction', wrong: '  ' })).text).toContain('Write what is wrong')
  for (let time = 0; time < 2; time += 1) expect((await citizen.send('/track/my-data', { do: 'correction', wrong: words })).text).toContain('You asked on')
  const stored = () => asOperator(database, tenant.tenantId, async (client) =>
    (await client.query<{ id: string; text: string }>('select id, row_to_json(r)::text as text from correction_request r where grievance_id = $1', [grievanceId])).rows)
  expect(await stored()).toHaveLength(1)
  expect((await stored())[0]!.text).not.toContain('9820120032')
  const waiting = async () => ((await (await owner.call('GET', '/api/v1/privacy/requests')).json()) as { corrections: { id: string; number: string; text: string }[] }).corrections
  const mine = (await waiting()).find((one) => one.number === number)
  expect(mine?.text).toBe(words)
  const settle = () => owner.call('POST', `/api/v1/privacy/corrections/${mine!.id}/settle`)
  expect((await settle()).status).toBe(204)
  expect((await settle()).status).toBe(404)
  expect(await waiting()).not.toContainEqual(expect.objectContaining({ number }))
  expect((await citizen.open('/track/my-data')).text).toContain('The office settled your request')
  const audit = (await (await owner.call('GET', `/api/v1/audit?action=privacy.corrected&subjectId=${grievanceId}`)).json()) as { entries: unknown[] }
  expect(audit.entries).toHaveLength(1)
  expect(JSON.stringify(audit)).not.toContain('Kumaari')

  const subject = { personIds: [], grievanceIds: [grievanceId] }
  expect((await owner.call('POST', '/api/v1/privacy/erase', { subject })).status).toBe(200)
  expect(await stored()).toEqual([])
  expect((await citizen.open('/track/my-data')).path).toBe('/track/status')
})
