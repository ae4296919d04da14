import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asOperator, commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { takePhoto, uploadWhole, type TestPhoto } from '#server/testing/photo-fixture.ts'
import { PortalVisitor, type VisitedPage } from '#server/testing/portal-visitor.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import type { Command } from '#shared/protocol/command.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let office: TestTenant
let other: TestTenant
let lists: OfficeFixture
let officer: TestSession
let withPhone: Command
let withoutPhone: Command
const url = () => `${server.url}/o/${office.slug}`
const numberOf = (command: Command): string => String(command.args['number'])

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  lists = await makeOffice(database, office)
  server = await startTestServer({
    database,
    redisUrl: redis.url,
    environment: { DATA_DIR: makeTestFolder('track'), TRUST_PROXY: '1' }
  })
  officer = await logInTo(url(), 'officer')
  withPhone = await file('+919820123456')
  withoutPhone = await file(null)
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

async function push(command: Command): Promise<void> {
  const commands = [{ ...command, actor: office.users.officer, device: officer.deviceId }]
  const reply = await officer.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    deviceTime: Date.now(),
    commands
  })
  const { verdicts } = (await reply.json()) as { verdicts: { verdict: string }[] }
  expect(verdicts[0]?.verdict).toBe('applied')
}

async function file(phone: string | null): Promise<Command> {
  const reporter = phone === null ? null : { id: makeId(), name: 'Asha', phone, email: null, language: 'en' as const }
  const command = filing(lists, { reporter, number: newNumber(), description: 'A deep hole before the school gate' })
  await push(command)
  return command
}

const newNumber = () => makeTrackingNumber(office.trackingPrefix, crypto.getRandomValues(new Uint8Array(10)))

let networks = 0
const visitor = (network?: string): PortalVisitor => {
  networks += 1
  return new PortalVisitor(url(), { 'Accept-Language': 'en', 'X-Forwarded-For': network ?? `203.0.113.${networks}` })
}

const ask = (citizen: PortalVisitor, number: string, digits: string): Promise<VisitedPage> =>
  citizen.send('/track', { number, digits })

/** What can be told from an answer, without the number that was typed in. */
const answer = ({ status, text, path }: VisitedPage, number: string) => ({
  status,
  path,
  text: text.replaceAll(number, 'NUMBER')
})

describe('a report is opened', () => {
  test('by its number and the last four digits, in any writing, with its timeline and without names of staff', async () => {
    const page = await ask(visitor(), numberOf(withPhone).toLowerCase().replaceAll('-', ' '), '३४५६')
    expect(page.path).toBe('/track/status')
    expect(page.text).toContain('We have received your report')
    expect(page.text).toContain('A deep hole before the school gate')
    expect(page.text).toContain('Answer expected by')
    expect(page.text).toContain('Report received')
    expect(page.text).not.toContain('A officer')
  })

  test('by the number alone where no phone was given: state and dates, no content', async () => {
    const page = await ask(visitor(), numberOf(withoutPhone), '')
    expect(page.text).toContain('We have received your report')
    expect(page.text).toContain('only its state and dates')
    expect(page.text).not.toContain('A deep hole')
  })

  test('and shows what the office said in public, not what staff say among themselves', async () => {
    const event =
      'insert into grievance_event (tenant_id, id, grievance_id, event, text, visibility, actor_role, actor_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, now())'
    const id = withPhone.args['grievanceId']
    await asOperator(database, office.tenantId, async (client) => {
      await client.query(event, [
        office.tenantId,
        makeId(),
        id,
        'grievance.interim_replied',
        'The crew comes on Monday',
        'public',
        'officer',
        'Meera Staff'
      ])
      await client.query(event, [
        office.tenantId,
        makeId(),
        id,
        'grievance.commented',
        'Caller is difficult',
        'staff',
        'officer',
        'Meera Staff'
      ])
    })
    const page = await ask(visitor(), numberOf(withPhone), '3456')
    expect(page.text).toContain('The crew comes on Monday')
    expect(page.text).not.toContain('Caller is difficult')
    expect(page.text).not.toContain('Meera')
  })

  test('with the photo of an answer that is public, which no other browser and no internal note shows', async () => {
    const [shown, internal] = [await takePhoto({ width: 64, height: 48 }), await takePhoto({ width: 64, height: 48 })]
    const grievanceId = withPhone.args['grievanceId']
    const note = { grievanceId, text: 'As seen' }
    await push(commandOf('grievance.comment', { ...note, visibility: 'public', photos: [shown.announced] }))
    await push(commandOf('grievance.comment', { ...note, visibility: 'staff', photos: [internal.announced] }))
    const unguarded = await takePhoto({ width: 64, height: 48 })
    await push(commandOf('grievance.comment', { grievanceId: withoutPhone.args['grievanceId'], text: 'Seen', visibility: 'public', photos: [unguarded.announced] }))
    const address = ({ announced }: TestPhoto) => `/track/photo/${announced.id}`
    const citizen = visitor()
    expect((await ask(citizen, numberOf(withPhone), '3456')).html).not.toContain(address(shown))
    for (const photo of [shown, internal, unguarded]) expect((await uploadWhole(url(), officer, photo)).status).toBe(204)
    const { html } = await citizen.open('/track/status')
    expect([html.includes(address(shown)), html.includes(address(internal))]).toEqual([true, false])
    const picture = await citizen.open(address(shown))
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await citizen.open(address(internal))).status).toBe(404)
    expect((await visitor().open(address(shown))).status).toBe(404)
    const other = visitor()
    await ask(other, numberOf(withoutPhone), '')
    for (const photo of [shown, unguarded]) expect((await other.open(address(photo))).status).toBe(404)
  })

  test('only in its own office, and its page needs the pass of this browser', async () => {
    const there = new PortalVisitor(`${server.url}/o/${other.slug}`, {
      'Accept-Language': 'en',
      'X-Forwarded-For': '203.0.114.1'
    })
    expect((await ask(there, numberOf(withPhone), '3456')).text).toContain('No report opens with these')
    const citizen = visitor()
    await ask(citizen, numberOf(withPhone), '3456')
    const pass = citizen.cookies.get(`track-${office.slug}`)?.value ?? ''
    const borrowed = await fetch(`${server.url}/o/${other.slug}/track/status`, {
      headers: { Cookie: `track-${other.slug}=${pass}` },
      redirect: 'manual'
    })
    expect(borrowed.headers.get('location')).toBe(`/o/${other.slug}/track`)
    const forged = pass.replace(String(withPhone.args['grievanceId']), String(withoutPhone.args['grievanceId']))
    const page = await fetch(`${url()}/track/status`, {
      headers: { Cookie: `track-${office.slug}=${forged}` },
      redirect: 'manual'
    })
    expect(page.headers.get('location')).toBe(`/o/${office.slug}/track`)
  })
})

describe('a wrong guess', () => {
  beforeEach(async () => {
    withPhone = await file('+919820123456')
  })

  test('an unknown number, a wrong pair and missing digits give the same answer', async () => {
    const unknown = newNumber()
    const answers = await Promise.all([
      ask(visitor(), unknown, '3456').then((page) => answer(page, unknown)),
      ask(visitor(), numberOf(withPhone), '0000').then((page) => answer(page, numberOf(withPhone))),
      ask(visitor(), numberOf(withPhone), '3456').then(() => null)
    ])
    const bare = answer(await ask(visitor(), numberOf(withPhone), ''), numberOf(withPhone))
    const typed = (page: { text: string } | null) => JSON.stringify(page)
    expect(typed(answers[0])).toBe(typed(answers[1]))
    expect(typed(bare)).toBe(typed(answers[0]))
  })

  test('a mistyped number is said before anything is looked up', async () => {
    const number = numberOf(withPhone)
    const page = await ask(visitor(), `${number.slice(0, -1)}${number.endsWith('0') ? '1' : '0'}`, '3456')
    expect(page.status).toBe(422)
    expect(page.text).toContain('Something in the number is mistyped')
  })

  test('is slowed down for the number after five, with the time to wait, for known and unknown numbers alike', async () => {
    for (const number of [numberOf(withPhone), newNumber()]) {
      const guesser = visitor()
      for (let guess = 0; guess < 5; guess += 1) expect((await ask(guesser, number, '0000')).status).toBe(404)
      const slowed = await ask(guesser, number, '0001')
      expect(slowed.status).toBe(429)
      expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(20)
      expect(slowed.text).toContain('then press the button again')
    }
  })

  test('never locks the citizen out: her own pair opens after one wait, whatever others keep trying', async () => {
    const number = numberOf(withPhone)
    for (let guess = 0; guess < 5; guess += 1) await ask(visitor(), number, '0000')
    const citizen = visitor()
    expect((await ask(citizen, number, '3456')).status).toBe(429)
    for (let guess = 0; guess < 5; guess += 1) await ask(visitor(), number, '0000')
    await server.system.platform.limiter.forget(
      { name: 'track-turn', points: 1, seconds: 30 },
      `${office.tenantId}:${number}:${citizen.headers['X-Forwarded-For']}`
    )
    expect((await ask(citizen, number, '3456')).path).toBe('/track/status')
  })

  test('many at the same moment win one look, not many', async () => {
    const number = numberOf(withPhone)
    const guesser = visitor()
    for (let guess = 0; guess < 6; guess += 1) await ask(guesser, number, '0000')
    await server.system.platform.limiter.forget(
      { name: 'track-turn', points: 1, seconds: 30 },
      `${office.tenantId}:${number}:${guesser.headers['X-Forwarded-For']}`
    )
    const pages = await Promise.all(Array.from({ length: 8 }, (_, at) => ask(guesser, number, `000${at}`)))
    expect(pages.filter(({ status }) => status === 404)).toHaveLength(1)
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(7)
  })

  test('a network that guesses over many numbers is slowed down for each of them', async () => {
    const network = '203.0.115.7'
    for (let guess = 0; guess < 30; guess += 1) await ask(visitor(network), newNumber(), '0000')
    expect((await ask(visitor(network), numberOf(withPhone), '3456')).status).toBe(429)
    expect((await ask(visitor(), numberOf(withPhone), '3456')).path).toBe('/track/status')
  })
})
