import { randomBytes } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { moveIn, test, viewAs, type WireView } from '../fixtures/field-worker.ts'
import { enterOffice } from '../fixtures/officer.ts'

const newcomer = `Savitri Bai ${randomBytes(4).toString('hex')}`

/** Takes a new person down in the first house of the list. */
async function addPerson(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await page.locator('a.house').first().click()
  await page.getByRole('link', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill(newcomer)
  await page.getByLabel('Year of birth').fill('1965')
  await page.getByRole('button', { name: 'Save person' }).click()
  await expect(page.locator('a.person').filter({ hasText: newcomer })).toContainText('Saved on phone')
}

async function saveCopy(page: Page): Promise<string> {
  await page.getByRole('navigation', { name: 'Main parts' }).getByRole('link', { name: 'More' }).click()
  await page.getByRole('link', { name: /^Sync Centre/ }).click()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save a copy' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toMatch(/\.sampark-rescue$/)
  await expect(page.getByText(/A copy with 1 change was saved/)).toBeVisible()
  return download.path()
}

/** Brings the file; what it holds is shown. */
async function bring(page: Page, file: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().includes('/rescue-queues/') && response.request().method() === 'GET')
  await page.getByLabel('Choose a rescue file').setInputFiles(file)
  await answered
  await expect(page.getByRole('dialog').getByText(newcomer)).toHaveCount(1)
}

const timesKnown = async (server: WireView): Promise<number> =>
  (await server.read('people', 'person')).filter((person) => person['name'] === newcomer).length

test('work of a phone without a network reaches the office as a file, is accepted once, and is there once when the phone sends too', async ({ phone, baseURL, browser }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  await phone.open()
  await moveIn(phone, 'asha')
  await phone.context.setOffline(true)
  await phone.goTo()
  await addPerson(phone.page)
  const file = await saveCopy(phone.page)

  const office = await browser.newPage({ baseURL: baseURL ?? '', locale: 'en-IN' })
  await enterOffice(office, 'meera', 'devices')
  await bring(office, file)
  expect(await timesKnown(server)).toBe(0)
  await office.getByRole('button', { name: 'Accept 1 change' }).click()
  await expect(office.getByRole('dialog').getByText('Done', { exact: true })).toBeVisible()
  await expect.poll(() => timesKnown(server)).toBe(1)
  await office.getByRole('button', { name: 'Close' }).last().click()
  await office.getByLabel('Choose a rescue file').setInputFiles(file)
  await expect(office.getByRole('dialog').getByText('Done', { exact: true })).toBeVisible()
  await expect(office.getByRole('button', { name: /^Accept/ })).toHaveCount(0)

  await phone.context.setOffline(false)
  await phone.page.getByRole('button', { name: 'Sync now' }).click()
  await expect(phone.page.getByRole('heading', { name: 'Only on this phone 0' })).toBeVisible({ timeout: 30_000 })
  expect(await timesKnown(server)).toBe(1)
})
