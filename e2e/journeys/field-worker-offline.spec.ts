import { randomBytes } from 'node:crypto'
import { expect, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { Grievance } from '#shared/grievances/grievance.ts'
import type { Household, Person } from '#shared/people/person.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { moveIn, photosOnPhone, test, viewAs, type FieldPhone, type WireView } from '../fixtures/field-worker.ts'
import { cutFirstPiece, loseFirstAnswer } from '../fixtures/network.ts'
import { openPhone } from '../fixtures/officer.ts'

/** In asha's wards each stands once: one written in Latin, one in Devanagari. */
const inLatin = { stored: 'Ramesh Gupta', typed: 'रमेश गुप्ता' }
const inDevanagari = { stored: 'रमेश तिवारी', typed: 'ramesh tiwari' }
/** Told apart from what an earlier run left in the same office. */
const run = randomBytes(4).toString('hex')
const newcomer = `Zarina Mirza ${run}`
const description = `The water at tap ${run} smells of kerosene since Monday`

interface Stand {
  readonly server: WireView
  readonly person: Person
  readonly household: Household
  readonly ward: Ward
}

/** Where she stands: at the house of the man who complains. */
async function standAtHisHouse(address: string): Promise<Stand> {
  const server = await viewAs(address, 'asha')
  const people = (await server.read('people', 'person')) as unknown as Person[]
  const person = people.find(({ name }) => name === inLatin.stored)
  const places = await server.read('places', 'household')
  const household = (places as unknown as Household[]).find(({ id }) => id === person?.householdId)
  const wards = (await server.read('places', 'ward')) as unknown as Ward[]
  const ward = wards.find(({ id }) => id === household?.wardId)
  if (!person || !household || !ward) throw new Error('The demo office has changed: choose another person.')
  return { server, person, household, ward }
}

/** A photo as a phone takes it: large, and hard to make small. */
async function largePhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  return sharp({ create: { width: 2400, height: 1800, channels: 3, background: 'white', noise } })
    .blur(1.2)
    .jpeg({ quality: 92 })
    .toBuffer()
}

const itemNamed = (page: Page, title: string): Locator =>
  page.locator('article.item').filter({ has: page.locator('.title', { hasText: title }) })

async function searchFor(page: Page, typed: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search people and households' }).fill(typed)
}

/** Writes down every "n of m" that the screen says. */
async function noteProgress(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(globalThis, { said })
    new MutationObserver(() => {
      const words = document.querySelector('.progress output')?.textContent ?? ''
      if (words !== '' && said.at(-1) !== words) said.push(words)
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said)
}

async function firstDay(phone: FieldPhone): Promise<void> {
  const page = await phone.open()
  const said = await noteProgress(page)
  await moveIn(phone, 'asha')
  const counts = (await said())
    .map((words) =>
      /^([\d,]+) of ([\d,]+)$/
        .exec(words)
        ?.slice(1)
        .map((figure) => Number(figure.replaceAll(',', '')))
    )
    .filter((pair): pair is [number, number] => pair?.length === 2)
  const total = counts.at(-1)?.[1] ?? 0
  expect(total).toBeGreaterThan(1000)
  expect(counts.at(-1)).toEqual([total, total])
  expect(counts.some(([done, all]) => done > 0 && done < all)).toBe(true)
  expect(counts.map(([done]) => done)).toEqual(counts.map(([done]) => done).toSorted((a, b) => a - b))
  await phone.close()
}

async function startCold(phone: FieldPhone, { household }: Stand): Promise<Page> {
  const at = { latitude: household.latitude ?? 0, longitude: household.longitude ?? 0, accuracy: 14 }
  const page = await phone.open({ offline: true, at })
  await phone.goTo()
  await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible()
  expect(await page.evaluate(() => navigator.onLine)).toBe(false)
  await expect(page.locator('header').getByText('Offline')).toBeVisible()
  await expect(page.getByRole('region', { name: 'For you' }).locator('a.case').first()).toBeVisible()
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(page.getByText(/^\d+ households$/)).toBeVisible()
  await expect(page.locator('a.house').first()).toBeVisible()
  return page
}

async function findHimInEitherScript(page: Page): Promise<void> {
  await searchFor(page, inDevanagari.typed)
  await expect(page.locator('a.person').filter({ hasText: inDevanagari.stored })).toBeVisible()
  await searchFor(page, inLatin.typed)
  const found = page.locator('a.person').filter({ hasText: inLatin.stored })
  await expect(found).toBeVisible()
  await found.click()
  await expect(page.getByRole('heading', { name: inLatin.stored })).toBeVisible()
}

/** Takes the grievance down; resolves to its final number. */
async function takeDown(page: Page, { person, ward }: Stand): Promise<string> {
  await page.getByRole('link', { name: 'New grievance for this person' }).click()
  await page.getByText('Dirty or smelling water', { exact: true }).click()
  await page.getByLabel('What is wrong?').fill(description)
  const buffer = await largePhoto()
  expect(buffer.length).toBeGreaterThan(1_000_000)
  await page.locator('input[type=file]').setInputFiles({ name: 'IMG_0042.jpg', mimeType: 'image/jpeg', buffer })
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Use my location' }).click()
  await expect(page.locator('.found strong')).toContainText(ward.name)
  await expect(page.locator('.found')).toContainText('Exact to about 14 m')
  await expect(page.getByText(person.name).first()).toBeVisible()
  await page.getByRole('button', { name: 'Save grievance' }).click()
  await expect(page.getByRole('heading', { name: 'Grievance saved' })).toBeVisible()
  const number = (await page.locator('.ticket .number').innerText()).trim()
  expect(parseTrackingNumber(number)).toMatchObject({ ok: true })
  await expect(page.getByText('This number is valid now, also before it is sent.')).toBeVisible()
  return number
}

async function shareSlip(page: Page, { address }: FieldPhone, number: string): Promise<void> {
  const code = page.getByRole('img', { name: `QR code of the page that follows ${number}` })
  await expect(code).toBeVisible()
  expect(await code.locator('path').evaluate((path) => (path as SVGPathElement).getTotalLength())).toBeGreaterThan(500)
  const trackUrl = `${address}/track?number=${number}`
  await expect(page.locator('.ticket')).toContainText(trackUrl)
  await page.getByRole('button', { name: 'Share the slip' }).click()
  await expect(page.getByText('Copied')).toBeVisible()
  const slip = await page.evaluate(() => navigator.clipboard.readText())
  expect(slip).toContain(number)
  expect(slip).toContain(trackUrl)
  expect(slip).not.toContain(inLatin.stored)
}

async function addNewcomer(page: Page, household: Household): Promise<void> {
  await page.getByRole('link', { name: 'Open the case' }).click()
  await page.getByRole('link', { name: inLatin.stored }).click()
  await page.getByRole('link', { name: `${household.houseNumber} ${household.street}` }).click()
  await page.getByRole('link', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill(newcomer)
  await page.getByLabel('Year of birth').fill('1988')
  await page.getByRole('button', { name: 'Save person' }).click()
  const row = page.locator('a.person').filter({ hasText: newcomer })
  await expect(row).toContainText('Saved on phone')
}

/** The Sync Centre before anything is sent: what, in which state, how large. */
async function seeWhatWaits(page: Page, number: string): Promise<void> {
  await page.getByRole('link', { name: '3 waiting' }).click()
  await expect(page.getByRole('heading', { name: 'Only on this phone 2' })).toBeVisible()
  const grievance = itemNamed(page, number)
  await expect(grievance).toContainText('Saved on phone')
  await expect(grievance).toContainText(/New grievance · [\d.]+ kB · /)
  await expect(grievance).toContainText('1 photo waits')
  const person = itemNamed(page, newcomer)
  await expect(person).toContainText('Saved on phone')
  await expect(person).toContainText(/New person · [\d.]+ k?B · /)
  const [photo, ...others] = await photosOnPhone(page)
  expect(others).toEqual([])
  expect(photo?.state).toBe('waiting')
  expect(photo?.size).toBeLessThanOrEqual(200 * 1024)
  expect(photo?.longEdge).toBeGreaterThanOrEqual(480)
  await expect(page.locator('article.item details')).toHaveCount(0)
}

/** What the receipt in the Sync Centre says; the office is asked for the same below. */
async function readReceipt(item: Locator): Promise<{ id: string; hash: string; time: string }> {
  await item.getByText('Receipt of the office').click()
  const [time = '', id = '', hash = ''] = await item.locator('dd').allInnerTexts()
  return { time, id, hash }
}

test('a worker without network takes a grievance down, and the office has it once when the network is back', async ({
  phone,
  baseURL
}) => {
  const address = baseURL ?? ''
  const stand = await standAtHisHouse(address)
  await firstDay(phone)
  const page = await startCold(phone, stand)
  await findHimInEitherScript(page)
  const number = await takeDown(page, stand)
  await shareSlip(page, phone, number)
  await addNewcomer(page, stand.household)
  await seeWhatWaits(page, number)

  const push = await loseFirstAnswer(phone.context, '/api/v1/sync/push')
  const upload = await cutFirstPiece(phone.context)
  await phone.context.setOffline(false)

  await expect(page.getByText('The office has received everything.')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('heading', { name: 'Only on this phone 0' })).toBeVisible()
  expect([push.times(), upload.times()]).toEqual([1, 1])
  expect(upload.arrived()).toBeGreaterThan(0)
  expect(upload.offsets.slice(0, 2)).toEqual([0, upload.arrived()])

  const officer = await openPhone(address, 'ravi')
  for (const title of [number, newcomer]) await expect(itemNamed(page, title)).toContainText('Received')
  const receipts = [await readReceipt(itemNamed(page, number)), await readReceipt(itemNamed(page, newcomer))]
  for (const { id, hash, time } of receipts) {
    expect(time).not.toBe('')
    expect(await officer.get(`/api/v1/receipts/${id}`)).toMatchObject({ commandId: id, hash, verdict: 'applied' })
  }

  const list = (await officer.get(`/api/v1/grievances?q=${number}`)) as { rows: { id: string; number: string }[] }
  expect(list.rows.map((row) => row.number)).toEqual([number])
  const same = (await officer.get(`/api/v1/grievances?q=${encodeURIComponent(description)}`)) as {
    rows: { description: string }[]
  }
  expect(same.rows.filter((row) => row.description === description)).toHaveLength(1)
  const { grievance } = (await officer.get(`/api/v1/grievances/${list.rows[0]?.id}`)) as { grievance: Grievance }
  const { person, household, ward } = stand
  expect(grievance).toMatchObject({
    description,
    personId: person.id,
    householdId: household.id,
    wardId: ward.id,
    accuracyMetres: 14
  })
  expect(grievance.photos.map(({ state }) => state)).toEqual(['ready'])
  const people = (await stand.server.read('people', 'person')) as unknown as Person[]
  expect(people.filter(({ name }) => name === newcomer).map(({ householdId }) => householdId)).toEqual([household.id])
})
