import { randomBytes } from 'node:crypto'
import { expect, type Browser, type Page } from '@playwright/test'
import { grievanceListSchema } from '#shared/grievances/grievance-list.ts'
import { sessionReplySchema } from '#shared/identity/session.ts'
import { runScript } from '../fixtures/child-script.ts'
import { goOn, photoFile, sendReport, takePhoto } from '../fixtures/citizen.ts'
import { enterOffice } from '../fixtures/officer.ts'
import { test } from '../fixtures/own-office.ts'

const square = (lng: number, lat: number) => [[lng, lat], [lng + 0.01, lat], [lng + 0.01, lat + 0.01], [lng, lat + 0.01], [lng, lat]]
/** Two wards, one of two pieces, and a third that is none. */
const wardFile = {
  type: 'FeatureCollection',
  features: [
    { type: 'Feature', properties: { OBJECTID: 1, WARD_NAME: 'Lakeside', WARD_NO: '1' }, geometry: { type: 'Polygon', coordinates: [square(77.6, 12.9)] } },
    { type: 'Feature', properties: { OBJECTID: 2, WARD_NAME: 'Two Hills', WARD_NO: '2' }, geometry: { type: 'MultiPolygon', coordinates: [[square(77.7, 12.9)], [square(77.8, 12.9)]] } },
    { type: 'Feature', properties: { OBJECTID: 3, WARD_NAME: 'Nowhere', WARD_NO: '3' }, geometry: { type: 'Point', coordinates: [77, 12] } }
  ]
}
const categorySheet = 'name,name_hi,department,target_hours\nLamp is dark,बत्ती बंद है,Light,24\nDrain is blocked,नाली बंद है,Water,8\nNo time at all,,Water,soon\n'
const file = (name: string, mimeType: string, text: string) => ({ name, mimeType, buffer: Buffer.from(text) })

/** What the operator does at the machine; resolves to the owner's first password. */
async function makeOffice(ownerUrl: string): Promise<string> {
  const args = ['create', '--slug', 'lakeside', '--name', 'New office', '--prefix', 'LKS', '--login', 'nandini', '--owner', 'Nandini Rao']
  const { code, out, err } = await runScript('scripts/tenant.ts', args, { DATABASE_URL: ownerUrl, SECRET_KEY: randomBytes(32).toString('base64url') })
  expect(code, err).toBe(0)
  return /with the password (\S+) and/.exec(out)?.[1] ?? ''
}

/** The step that stands open, by its heading. */
const step = (page: Page, name: string) => expect(page.locator('#setup-step')).toHaveText(name)

async function setUp(page: Page, password: string): Promise<void> {
  await page.goto('/o/lakeside/admin/')
  await page.locator('#login-name').fill('nandini')
  await page.locator('#login-password').fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL('**/o/lakeside/admin/setup')
  await step(page, 'Your office')
  await page.getByLabel('Name of the office').fill('Lakeside Service Office')
  await page.getByRole('button', { name: 'Save and go on' }).click()

  await step(page, 'Working hours and holidays')
  await page.getByLabel('Saturday: Open').uncheck()
  await page.getByRole('textbox', { name: /^Holidays/ }).fill('2026-08-15 Independence Day\n15 August')
  await page.getByRole('button', { name: 'Save and go on' }).click()
  await expect(page.getByText('This line is no date: 15 August')).toBeVisible()
  await page.getByRole('textbox', { name: /^Holidays/ }).fill('2026-08-15 Independence Day')
  await page.getByRole('button', { name: 'Save and go on' }).click()

  await step(page, 'Wards')
  await page.locator('input[type=file]').setInputFiles(file('wards.geojson', 'application/geo+json', JSON.stringify(wardFile)))
  await expect(page.getByLabel('Which field holds the name?')).toHaveValue('WARD_NAME')
  await expect(page.getByText('1 row cannot be taken')).toBeVisible()
  await page.getByRole('button', { name: 'Take 2 wards' }).click()
  await expect(page.getByText('New: 2. Changed: 0. As before: 0.')).toBeVisible()

  await page.reload()
  await step(page, 'Wards')
  await expect(page.getByText('2 are there now.')).toBeVisible()
  await page.getByRole('button', { name: 'This step is done' }).click()

  await step(page, 'Categories')
  await page.locator('input[type=file]').setInputFiles(file('categories.csv', 'text/csv', categorySheet))
  await expect(page.getByText('Row 3, target_hours: a target between a quarter of an hour and 5,000 hours is needed')).toBeVisible()
  await page.getByRole('button', { name: 'Take 2 categories' }).click()
  await expect(page.getByText('New: 2. Changed: 0. As before: 0.')).toBeVisible()
  await page.getByRole('button', { name: 'This step is done' }).click()

  await step(page, 'People')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const form = page.locator('dialog[open]')
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Kiran Das')
  await form.getByLabel('Login').fill('kiran')
  await form.getByLabel('Role').selectOption({ label: 'Field worker' })
  await form.getByLabel(/^Password/).fill('a quiet morning by the lake')
  await form.locator('input[type=checkbox]').first().check()
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.locator('main table')).toContainText('Kiran Das')
  await page.getByRole('button', { name: 'This step is done' }).click()
  await expect(page.getByText(/Your office is ready: citizens can report at .*\/o\/lakeside\//)).toBeVisible()
}

/** Files a report with a photo at the new office's own pages; resolves to its number. */
async function report(page: Page, browser: Browser, description: string): Promise<string> {
  await page.goto('/o/lakeside/report/start')
  await page.locator('main form[action$="/report/start"] button').click()
  await page.waitForURL('**/report/category')
  await page.getByLabel('Lamp is dark').check()
  await goOn(page)
  await page.waitForURL('**/report/place')
  await page.locator('#landmark').fill('By the boat house')
  await goOn(page)
  await page.waitForURL('**/report/details')
  await page.locator('#description').fill(description)
  await goOn(page)
  await page.waitForURL('**/report/photo')
  await page.locator('#photo').setInputFiles(photoFile((await takePhoto(browser)).bytes))
  await page.locator('button[name=go][value=on]').click()
  await page.waitForURL('**/report/contact')
  await goOn(page)
  await page.waitForURL('**/report/check')
  return sendReport(page)
}

/** A login over the API that asks an office with the token of one; the answers' status and text. */
async function openDoor(address: string, base: string, who: { login: string; password: string }) {
  const body = JSON.stringify({ ...who, device: { id: crypto.randomUUID(), label: 'Journey' } })
  const answer = await fetch(`${address}${base}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const { accessToken } = sessionReplySchema.parse(await answer.json())
  return async (path: string, of = base) => {
    const reply = await fetch(`${address}${of}${path}`, { headers: { Authorization: `Bearer ${accessToken}` } })
    return { status: reply.status, text: await reply.text() }
  }
}

test('a newcomer sets up a second office in the browser alone, a citizen reports there, and neither office sees the other', async ({ page, browser, ownOffice }) => {
  const { address, ownerUrl } = ownOffice
  const password = await makeOffice(ownerUrl)
  await setUp(page, password)
  const description = `A lamp by the boat house is dark ${randomBytes(6).toString('hex')}`
  const citizenPage = await (await browser.newContext({ baseURL: address })).newPage()
  const number = await report(citizenPage, browser, description)
  await page.goto('/o/lakeside/admin/inbox?view=all')
  await expect(page.locator('tr.line')).toHaveCount(1)
  await expect(page.locator('tr.line')).toContainText(number)

  const lakeside = await openDoor(address, '/o/lakeside', { login: 'nandini', password })
  const demo = await openDoor(address, '', { login: 'meera', password: 'sampark-demo' })
  const [own] = grievanceListSchema.parse(JSON.parse((await lakeside('/api/v1/grievances')).text)).rows
  const [theirs] = grievanceListSchema.parse(JSON.parse((await demo('/api/v1/grievances')).text)).rows
  const record = await lakeside(`/api/v1/grievances/${own!.id}`)
  const photoId = /"photos":\[\{"id":"([0-9a-f-]{36})"/.exec(record.text)?.[1]
  expect(photoId).toBeDefined()
  await expect.poll(async () => (await lakeside(`/api/v1/files/${photoId}`)).status).toBe(200)

  const doors = [`/api/v1/grievances/${own!.id}`, `/api/v1/files/${photoId}`]
  for (const path of doors) expect((await demo(path)).status, path).toBe(404)
  expect((await lakeside(`/api/v1/grievances/${theirs!.id}`)).status).toBe(404)
  for (const path of ['/api/v1/grievances', `/api/v1/grievances?q=${number}`, '/api/v1/grievances?q=boat+house', '/api/v1/reference', '/api/v1/wards', '/api/v1/users', '/api/v1/devices']) {
    const seen = (await demo(path)).text
    for (const word of [own!.id, description, 'Lakeside', 'Nandini', 'Lamp is dark']) expect(seen, path).not.toContain(word)
  }
  const all = grievanceListSchema.parse(JSON.parse((await lakeside('/api/v1/grievances')).text))
  expect(all.rows.map(({ id }) => id)).toEqual([own!.id])
  expect((await demo('/api/v1/grievances', '/o/lakeside')).status).toBe(401)
  expect((await lakeside('/api/v1/grievances', '')).status).toBe(401)

  await citizenPage.goto('/track')
  await citizenPage.locator('#number').fill(number)
  await citizenPage.locator('#open').click()
  await expect(citizenPage.locator('.error-summary')).toBeVisible()
  await citizenPage.goto('/o/lakeside/track')
  await citizenPage.locator('#number').fill(number)
  await citizenPage.locator('#open').click()
  await expect(citizenPage.locator('main h1')).toHaveText('We have received your report')
  await enterOffice(citizenPage, 'meera', `inbox?view=all&q=${number}`)
  await expect(citizenPage.locator('.filter-bar :is(h1, h2)')).toContainText('0 rows')
})
