import { randomBytes } from 'node:crypto'
import { expect, type Browser, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { Household } from '#shared/people/person.ts'
import { moveIn, test, viewAs, type FieldPhone } from '../fixtures/field-worker.ts'
import { enterOffice, openPhone } from '../fixtures/officer.ts'

/** Asha's phone at a house of her area, her data on it, and then no network. Gives the id of the device. */
async function goOffline(phone: FieldPhone): Promise<string> {
  const server = await viewAs(phone.address, 'asha')
  const households = (await server.read('places', 'household')) as unknown as Household[]
  const house = households.find(({ latitude }) => latitude !== null)
  await phone.open({ at: { latitude: house?.latitude ?? 0, longitude: house?.longitude ?? 0, accuracy: 9 } })
  await moveIn(phone, 'asha')
  await phone.context.setOffline(true)
  await phone.goTo()
  const names = await phone.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''))
  return names.find((name) => name.endsWith(':outbox'))?.split(':')[3] ?? ''
}

/** Takes a grievance with a photo down; gives what it says. */
async function takeDown(page: Page): Promise<string> {
  const description = `Handpump ${randomBytes(4).toString('hex')} gives no water`
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await page.locator('a.house').first().click()
  await page.locator('a.person').first().click()
  await page.getByRole('link', { name: 'New grievance for this person' }).click()
  await page.getByText('Dirty or smelling water', { exact: true }).click()
  await page.getByLabel('What is wrong?').fill(description)
  const buffer = await sharp({ create: { width: 900, height: 700, channels: 3, background: 'teal' } }).jpeg().toBuffer()
  await page.locator('input[type=file]').setInputFiles({ name: 'pump.jpg', mimeType: 'image/jpeg', buffer })
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Use my location' }).click()
  await expect(page.locator('.found strong')).toBeVisible()
  await page.getByRole('button', { name: 'Save grievance' }).click()
  await expect(page.getByRole('heading', { name: 'Grievance saved' })).toBeVisible()
  return description
}

interface OfficeDevices {
  page: Page
  row: Locator
}

async function findDevice(browser: Browser, baseURL: string, deviceId: string): Promise<OfficeDevices> {
  const page = await browser.newPage({ baseURL, locale: 'en-IN' })
  await enterOffice(page, 'meera', 'devices')
  return { page, row: page.locator(`#device-${deviceId}`) }
}

/** What a browser still holds of the app. */
const leftOn = (page: Page) =>
  page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    notes: Object.keys(localStorage).filter((name) => name.startsWith('sampark:'))
  }))
const nothing = { databases: [], caches: [], workers: 0, notes: [] }

const timesKnown = async (address: string, description: string): Promise<number> => {
  const list = (await (await openPhone(address, 'ravi')).get(`/api/v1/grievances?q=${encodeURIComponent(description)}`)) as { rows: { description: string }[] }
  return list.rows.filter((row) => row.description === description).length
}

test('a phone that the office revoked surrenders its unsent work, which the office accepts once, and nothing is left on it', async ({ phone, baseURL, browser }) => {
  const address = baseURL ?? ''
  const deviceId = await goOffline(phone)
  const description = await takeDown(phone.page)
  const office = await findDevice(browser, address, deviceId)
  await office.row.getByRole('button', { name: 'Keep it out' }).click()
  await office.page.getByRole('button', { name: /^Keep it out/ }).last().click()
  await expect(office.row).toContainText('Revoked, waiting for the phone')

  await phone.context.setOffline(false)
  await expect(phone.page.getByRole('heading', { name: 'The office has ended this phone’s access' })).toBeVisible({ timeout: 60_000 })
  await expect(phone.page.getByText('The office has your 1 unsent change and decides about it.')).toBeVisible({ timeout: 30_000 })
  expect(await leftOn(phone.page)).toEqual(nothing)
  expect(await timesKnown(address, description)).toBe(0)

  await office.page.reload()
  await expect(office.row).toContainText('Revoked, nothing left on it')
  await expect(office.row).toContainText('1 change surrendered')
  const queue = office.page.locator('tr', { hasText: 'Surrendered by the phone itself' }).filter({ hasText: '1 change, 1 photo' }).first()
  await queue.getByRole('button', { name: 'Look at it' }).click()
  await office.page.getByRole('button', { name: 'Accept 1 change' }).click()
  await expect(office.page.getByRole('dialog').getByText('Done', { exact: true })).toBeVisible()
  expect(await timesKnown(address, description)).toBe(1)
})

test('a phone reported stolen wipes itself at its next contact, and the reason stays with the office', async ({ phone, baseURL, browser }) => {
  const address = baseURL ?? ''
  const deviceId = await goOffline(phone)
  const description = await takeDown(phone.page)
  const office = await findDevice(browser, address, deviceId)
  await office.row.getByRole('button', { name: 'Report as stolen' }).click()
  const confirm = office.page.getByRole('button', { name: /^Report as stolen/ }).last()
  await confirm.click()
  await expect(office.page.getByText('Say what happened, in a few words.')).toBeVisible()
  await office.page.getByLabel('What happened').fill('Taken out of her bag on the bus')
  await confirm.click()
  await expect(office.row).toContainText('Stolen, waiting for the phone')

  await phone.context.setOffline(false)
  await expect(phone.page.getByText('This phone was reported as stolen.')).toBeVisible({ timeout: 60_000 })
  expect(await leftOn(phone.page)).toEqual(nothing)
  await office.page.reload()
  await expect(office.row).toContainText('Stolen, wiped')
  expect(await timesKnown(address, description)).toBe(0)
})
