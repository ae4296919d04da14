import { randomBytes, randomUUID } from 'node:crypto'
import { expect, mergeTests, type BrowserContext, type Page } from '@playwright/test'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { track } from './fixtures/citizen.ts'
import { moveIn, test as phoneTest } from './fixtures/field-worker.ts'
import { enterOffice, openPhone, type WorkerPhone } from './fixtures/officer.ts'
import { test as officeTest } from './fixtures/own-office.ts'

const test = mergeTests(officeTest, phoneTest)
test.use({ officeOf: 'hostile text' })

/** Text that is code elsewhere. `mark` tells the field it was written into. */
const hostile = (mark: string) => `${mark} "'><img src=x onerror="window.__ran='${mark}'"><svg onload="window.__ran='${mark}'"></svg>{{ constructor.constructor('window.__ran=1')() }}`

/** Fails on a dialog, and reports what ran or became an element. */
async function watch(context: BrowserContext): Promise<void> {
  context.on('page', (page) => page.on('dialog', () => expect(true, 'a dialog was opened by hostile text').toBe(false)))
}

async function expectTextOnly(page: Page, mark: string): Promise<void> {
  await expect(page.getByText(mark).first(), `${mark} is shown`).toBeVisible({ timeout: 20_000 })
  const made = await page.evaluate(() => ({
    ran: (window as { __ran?: string }).__ran ?? null,
    elements: document.querySelectorAll('img[src="x"], svg[onload], [onerror]').length
  }))
  expect(made).toEqual({ ran: null, elements: 0 })
}

interface Planted {
  readonly grievanceId: string
  readonly number: string
  readonly personId: string
  readonly householdId: string
}

/** One hostile text in every field in which people write. */
async function plant(address: string, worker: WorkerPhone): Promise<Planted> {
  const wardId = worker.info.wardIds[0] ?? ''
  const reference = (await worker.get('/api/v1/reference')) as { categories: { id: string }[] }
  const [grievanceId, personId, householdId] = [randomUUID(), randomUUID(), randomUUID()]
  const number = makeTrackingNumber(worker.info.tenant.trackingPrefix, randomBytes(10))
  const applied = async (name: string, args: Record<string, unknown>) => expect([name, (await worker.push(name, args)).verdict]).toEqual([name, 'applied'])
  await applied('household.add', { householdId, wardId, houseNumber: `h1 <i>x</i>`, street: hostile('inStreet'), latitude: null, longitude: null })
  await applied('person.add', { personId, householdId, name: hostile('inPerson').slice(0, 120), gender: 'unknown', birthYear: null, language: 'en', notes: hostile('inNotes'), contact: null })
  const reporter = { id: randomUUID(), name: hostile('inReporter').slice(0, 100), phone: '+919876512345', email: null, language: 'en' }
  const filed = { grievanceId, number, categoryId: reference.categories[0]?.id, description: hostile('inDescription'), latitude: null, longitude: null, accuracyMetres: null }
  await applied('grievance.file', { ...filed, landmark: hostile('inLandmark').slice(0, 190), wardId, personId, householdId, reporter, source: 'field', visibility: 'public', photos: [] })
  await applied('grievance.comment', { grievanceId, text: hostile('inComment'), visibility: 'public', photos: [] })
  await makeUser(address)
  return { grievanceId, number, personId, householdId }
}

async function makeUser(address: string): Promise<void> {
  const owner = await openPhone(address, 'meera')
  const body = { login: 'hostile', name: hostile('inUser').slice(0, 118), role: 'viewer', language: 'en', password: 'a long enough password' }
  const headers = { authorization: `Bearer ${owner.info.accessToken}`, 'content-type': 'application/json' }
  expect((await fetch(`${address}/api/v1/users`, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(201)
}

test('text that is code elsewhere stays text on the portal, in the office and on the phone', async ({ ownOffice, page, context, phone }) => {
  test.setTimeout(180_000)
  await watch(context)
  const { address } = ownOffice
  const worker = await openPhone(address, 'asha')
  const planted = await plant(address, worker)

  await track(page, planted.number, '2345')
  await expectTextOnly(page, 'inDescription')
  await expectTextOnly(page, 'inComment')

  await enterOffice(page, 'meera', `inbox?open=${planted.grievanceId}`)
  await page.getByText('inDescription').first().click()
  await expectTextOnly(page, 'inDescription')
  await expectTextOnly(page, 'inComment')
  await expectTextOnly(page, 'inLandmark')
  await expectTextOnly(page, 'inReporter')
  await page.goto('/admin/users')
  await expectTextOnly(page, 'inUser')

  await phone.open()
  await watch(phone.context)
  await moveIn(phone, 'asha')
  await phone.goTo(`cases/${planted.grievanceId}`)
  await expectTextOnly(phone.page, 'inDescription')
  await phone.goTo(`people/${planted.personId}`)
  await expectTextOnly(phone.page, 'inPerson')
  await expectTextOnly(phone.page, 'inNotes')
  await phone.goTo(`households/${planted.householdId}`)
  await expectTextOnly(phone.page, 'inStreet')
})
