import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openedRow } from '#server/testing/offices/opened-rows.ts'
import sharp, { type Sharp } from 'sharp'
import { asOperator, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { PortalVisitor, type VisitedPage } from '#server/testing/portal-visitor.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let clock: TestClock
let office: TestTenant
let other: TestTenant
let lists: OfficeFixture
const url = () => `${server.url}/o/${office.slug}`

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  office = await makeTestTenant(database)
  other = await makeTestTenant(database)
  lists = await makeOffice(database, office)
  clock = createTestClock()
  server = await startTestServer({
    database,
    redisUrl: redis.url,
    environment: { DATA_DIR: makeTestFolder('portal'), TRUST_PROXY: '1' },
    deps: { clock }
  })
})
afterAll(async () => {
  await server.close()
  await Promise.all([database.drop(), redis.drop()])
})

let networks = 0
/** A citizen with a browser of her own on a network of her own. */
const visitor = (language = 'en'): PortalVisitor => {
  networks += 1
  return new PortalVisitor(url(), {
    'Accept-Language': language,
    'X-Forwarded-For': `198.51.${Math.floor(networks / 250)}.${(networks % 250) + 1}`
  })
}

const rows = <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
  asOperator(
    database,
    office.tenantId,
    async (client) => (await client.query<T>(text, [office.tenantId, ...values])).rows
  )

const filings = () =>
  rows<{
    id: string
    number: string
    description: string
    ward_id: string | null
    photos: { id: string; state: string }[]
  }>('select id, number, description, ward_id, photos from grievance where tenant_id = $1 order by filed_at')

const photoOf = (make: (image: Sharp) => Sharp = (image) => image.jpeg()) =>
  make(sharp({ create: { width: 640, height: 480, channels: 3, background: '#887766' } }))
    .withExif({ IFD0: { Make: 'SecretCam' } })
    .toBuffer()

function photoForm(bytes: Buffer, name = 'hole.jpg'): FormData {
  const form = new FormData()
  form.set('photo', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), name)
  form.set('go', 'on')
  return form
}

interface Told {
  description: string
  phone?: string
  photo?: Buffer
  place?: Record<string, string>
}

/** Answers every question; resolves to the page of all answers. */
async function fillIn(citizen: PortalVisitor, told: Told): Promise<VisitedPage> {
  await citizen.send('/report/start', {})
  await citizen.send('/report/category', { category: lists.categoryId })
  await citizen.send('/report/place', { landmark: 'Opposite the school gate', ...told.place })
  await citizen.send('/report/details', { description: told.description })
  await citizen.send('/report/photo', told.photo ? photoForm(told.photo) : { go: 'on' })
  return citizen.send('/report/contact', { name: 'Asha', phone: told.phone ?? '', email: '' })
}

const numberOn = (page: VisitedPage): string => /[A-Z]{2,4}-\w{5}-\w{5}-\w/.exec(page.text)?.[0] ?? 'no number'

describe('a report without JavaScript', () => {
  test('goes from the first page to a confirmation with a number, photo included', async () => {
    const citizen = visitor()
    expect((await citizen.open('/')).html).toContain('/report/start')
    const check = await fillIn(citizen, { description: 'A deep hole', phone: '98201 23456', photo: await photoOf() })
    expect(check.path).toBe('/report/check')
    for (const words of ['Pothole', 'Opposite the school gate', 'A deep hole', '+919820123456'])
      expect(check.text).toContain(words)
    const sent = await citizen.send('/report/check', {})
    expect(sent.path).toBe('/report/sent')
    expect(sent.text).toContain('Your report has been received')
    const filed = (await filings()).find(({ description }) => description === 'A deep hole')
    expect(numberOn(sent)).toBe(filed?.number)
    expect(filed?.photos).toMatchObject([{ state: 'ready' }])
    const [contact] = await rows<{ id: string; language: string; sealed: string }>(
      'select id, language, sealed from reporter_contact where tenant_id = $1 and grievance_id = $2',
      [filed?.id]
    )
    expect(openedRow(office.tenantId, contact!)).toMatchObject({ name: 'Asha', phone: '+919820123456', language: 'en' })
  })

  test('speaks Hindi from the first page to the last', async () => {
    const citizen = visitor('hi')
    expect((await citizen.open('/')).html).toContain('lang="hi"')
    const check = await fillIn(citizen, { description: 'गड्ढा बहुत गहरा है', phone: '९८२०१ २३४५७' })
    expect(check.text).toContain('+919820123457')
    const sent = await citizen.send('/report/check', {})
    expect(sent.text).toContain('आपकी शिकायत मिल गई है')
    const [contact] = await rows<{ language: string }>(
      `select c.language from reporter_contact c join grievance g on g.tenant_id = c.tenant_id and g.id = c.grievance_id where c.tenant_id = $1 and g.number = $2`,
      [numberOn(sent)]
    )
    expect(contact?.language).toBe('hi')
  })

  test('changes its language by a link and keeps it', async () => {
    const citizen = visitor()
    const page = await citizen.open('/track?lang=hi')
    expect(page.path).toBe('/track')
    expect(page.html).toContain('<html lang="hi"')
    expect((await citizen.open('/')).html).toContain('<html lang="hi"')
  })

  test('finds the ward by the position, whatever ward was chosen, and takes the chosen one without a position', async () => {
    const byPosition = visitor()
    await fillIn(byPosition, {
      description: 'By position',
      place: { latitude: '12.905', longitude: '77.605', accuracy: '12', ward: lists.wardB }
    })
    await byPosition.send('/report/check', {})
    const byChoice = visitor()
    await fillIn(byChoice, { description: 'By choice', place: { ward: lists.wardB } })
    await byChoice.send('/report/check', {})
    const unplaced = visitor()
    await fillIn(unplaced, { description: 'Unplaced' })
    await unplaced.send('/report/check', {})
    const wards = Object.fromEntries((await filings()).map(({ description, ward_id }) => [description, ward_id]))
    expect(wards).toMatchObject({ 'By position': lists.wardA, 'By choice': lists.wardB, Unplaced: null })
  })
})

describe('what is not right', () => {
  test('is named on top of the page, with a link to the field, and what was entered stays', async () => {
    const citizen = visitor()
    await citizen.send('/report/start', {})
    const noCategory = await citizen.send('/report/category', {})
    expect(noCategory.status).toBe(422)
    expect(noCategory.title).toMatch(/^Error: /)
    expect(noCategory.html).toMatch(/class="error-summary"[\s\S]*href="#category"/)
    await citizen.send('/report/category', { category: lists.categoryId })
    expect((await citizen.send('/report/place', { landmark: '' })).text).toContain(
      'Add the place, so that the right office gets it'
    )
    await citizen.send('/report/place', { landmark: 'Bus stand' })
    expect((await citizen.send('/report/details', { description: ' a ' })).html).toContain('href="#description"')
    await citizen.send('/report/details', { description: 'No water' })
    await citizen.send('/report/photo', { go: 'on' })
    const badPhone = await citizen.send('/report/contact', { name: 'Ravi <b>', phone: '12', email: 'x@' })
    expect(badPhone.html).toContain('href="#phone"')
    expect(badPhone.html).toContain('href="#email"')
    expect(badPhone.html).toContain('value="Ravi &lt;b&gt;"')
  })

  test('a file that only claims to be a JPEG is refused, and the page says so', async () => {
    const citizen = visitor()
    await citizen.send('/report/start', {})
    await citizen.send('/report/category', { category: lists.categoryId })
    await citizen.send('/report/place', { landmark: 'Bus stand' })
    await citizen.send('/report/details', { description: 'No water' })
    const page = await citizen.send('/report/photo', photoForm(Buffer.from('<script>alert(1)</script>'), 'photo.jpg'))
    expect(page.status).toBe(422)
    expect(page.text).toContain('This file is not a photo we can read')
  })

  test('a question cannot be skipped, and without a draft the way leads to the start', async () => {
    const citizen = visitor()
    expect((await citizen.open('/report/check')).path).toBe('/report/start?lost=1')
    await citizen.send('/report/start', {})
    expect((await citizen.open('/report/check')).path).toBe('/report/category')
  })

  test('an unknown address gets a page with a way on', async () => {
    const page = await visitor().request(`/o/${office.slug}/nowhere`, { headers: { Accept: 'text/html' } })
    expect(page.status).toBe(404)
    expect(page.text).toContain('There is no page here')
    expect(page.html).toContain(`/o/${office.slug}/report/start`)
  })
})

describe('answers', () => {
  test('can be changed from the last page and lead back to it', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'First words' })
    expect((await citizen.open('/report/details')).html).toContain('First words')
    const back = await citizen.send('/report/details', { description: 'Better words' })
    expect(back.path).toBe('/report/check')
    expect(back.text).toContain('Better words')
  })

  test('photos can be looked at, removed, are at most three and hold no data of the camera', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'With photos', photo: await photoOf() })
    const page = await citizen.open('/report/photo')
    const id = /\/report\/photo\/([0-9a-f-]{36})/.exec(page.html)?.[1] ?? ''
    const shown = await fetch(`${url()}/report/photo/${id}`, {
      headers: { Cookie: citizen.cookieHeader(`/o/${office.slug}/report/x`) }
    })
    expect(shown.headers.get('content-security-policy')).toContain('sandbox')
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await shown.arrayBuffer()).includes('SecretCam')).toBe(false)
    expect((await fetch(`${url()}/report/photo/${id}`)).status).toBe(404)
    for (let more = 0; more < 2; more += 1) await citizen.send('/report/photo', photoForm(await photoOf()))
    const full = await citizen.send('/report/photo', photoForm(await photoOf()))
    expect(full.text).toContain('You have added 3 photos')
    const fewer = await citizen.send('/report/photo', { remove: id })
    expect(fewer.html).not.toContain(id)
  })
})

describe('one report is filed once', () => {
  test('when the button is pressed twice at the same moment, or the page is sent again', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'Pressed twice' })
    const pages = await Promise.all([1, 2, 3].map(() => citizen.send('/report/check', {})))
    const again = await citizen.send('/report/check', {})
    const numbers = new Set([...pages, again].map(numberOn))
    expect(numbers.size).toBe(1)
    expect((await filings()).filter(({ description }) => description === 'Pressed twice')).toHaveLength(1)
  })

  test('when she goes back after sending, she is shown its number', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'Went back' })
    const sent = await citizen.send('/report/check', {})
    const back = await citizen.send('/report/details', { description: 'Changed afterwards' })
    expect(back.path).toBe('/report/sent')
    expect(numberOn(back)).toBe(numberOn(sent))
    expect((await filings()).some(({ description }) => description === 'Changed afterwards')).toBe(false)
  })
})

describe('the open door', () => {
  test('a machine that fills the hidden field files nothing; a person who did sees the field and can go on', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'Trapped' })
    const caught = await citizen.send('/report/check', { website: 'http://spam.example' })
    expect(caught.status).toBe(422)
    expect(caught.text).toContain('Empty this field')
    expect((await filings()).some(({ description }) => description === 'Trapped')).toBe(false)
    expect((await citizen.send('/report/check', { website: '' })).path).toBe('/report/sent')
  })

  test('a network that sends too many is asked to wait, keeps its answers, and others go on', async () => {
    const busy = visitor()
    const used = Array.from({ length: 20 }, () =>
      server.system.platform.limiter.consume(
        { name: 'portal-file-network', points: 20, seconds: 3_600 },
        `${office.tenantId}:${busy.headers['X-Forwarded-For']}`
      )
    )
    await Promise.all(used)
    await fillIn(busy, { description: 'One too many' })
    const refused = await busy.send('/report/check', {})
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.text).toContain('Your answers are kept')
    expect(refused.text).toContain('One too many')
    const calm = visitor()
    await fillIn(calm, { description: 'From elsewhere' })
    expect((await calm.send('/report/check', {})).path).toBe('/report/sent')
  })

  test('a form that another site sends is refused', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'Sent by another site' })
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'null' }
    ]
    for (const headers of foreign) {
      const answer = await citizen.request(`/o/${office.slug}/report/check`, {
        method: 'POST',
        body: new URLSearchParams({}),
        headers
      })
      expect(answer.status).toBe(403)
    }
    expect((await filings()).some(({ description }) => description === 'Sent by another site')).toBe(false)
  })

  test('the cookie of a draft opens nothing in another office', async () => {
    const citizen = visitor()
    await fillIn(citizen, { description: 'Only here' })
    const key = citizen.cookies.get(`report-${office.slug}`)?.value ?? ''
    const page = await fetch(`${server.url}/o/${other.slug}/report/check`, {
      headers: { Cookie: `report-${other.slug}=${key}` },
      redirect: 'manual'
    })
    expect(page.headers.get('location')).toBe(`/o/${other.slug}/report/start?lost=1`)
  })

  test('styles and scripts inside a page are only those of the build', async () => {
    const page = await visitor().open('/')
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline')
    expect(page.html).not.toMatch(/ style=| on[a-z]+=/)
  })
})

test('what was not sent is erased after a day, what was sent stays a report', async () => {
  const left = visitor()
  await fillIn(left, { description: 'Never sent' })
  clock.advance(25 * 3_600_000)
  const swept = await startTestServer({
    database,
    redisUrl: redis.url,
    roles: ['scheduler'],
    environment: { DATA_DIR: makeTestFolder('sweep') },
    deps: { clock }
  })
  await swept.close()
  expect((await left.open('/report/check')).path).toBe('/report/start?lost=1')
  expect(await rows('select 1 from portal_draft where tenant_id = $1')).toHaveLength(0)
  expect((await filings()).some(({ description }) => description === 'A deep hole')).toBe(true)
})
