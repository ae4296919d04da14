import { randomBytes } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import type { Person } from '#shared/people/person.ts'
import { logIn, moveIn, test, viewAs, type WireView } from '../fixtures/field-worker.ts'
import { wordsOnPhone } from '../fixtures/phone-disk.ts'

const newcomer = `Zubeda Khatoon ${randomBytes(4).toString('hex')}`
const pin = '40719'

async function goToMore(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main parts' }).getByRole('link', { name: 'More' }).click()
}

async function setPin(page: Page): Promise<void> {
  await goToMore(page)
  await expect(page.getByText('No PIN is set.')).toBeVisible()
  await page.getByRole('button', { name: 'Set a PIN' }).click()
  await page.getByLabel('New PIN', { exact: true }).fill(pin)
  await page.getByLabel('The new PIN once more').fill(pin)
  await page.getByRole('button', { name: 'Save the PIN' }).click()
  await expect(page.getByText('A PIN is set.')).toBeVisible()
}

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('PIN').fill(pin)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('link', { name: 'People', exact: true })).toBeVisible()
}

/** Takes a new person down in the first house of the list. */
async function addPerson(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await page.locator('a.house').first().click()
  await page.getByRole('link', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill(newcomer)
  await page.getByLabel('Year of birth').fill('1971')
  await page.getByRole('button', { name: 'Save person' }).click()
  await expect(page.locator('a.person').filter({ hasText: newcomer })).toContainText('Saved on phone')
}

async function handOver(page: Page): Promise<void> {
  await goToMore(page)
  await page.getByRole('button', { name: 'Somebody else uses this phone' }).click()
  await page.getByRole('button', { name: 'Hand over' }).click()
  await expect(page.getByRole('heading', { name: 'Log in to your office' })).toBeVisible()
}

const timesKnown = async (server: WireView): Promise<number> =>
  ((await server.read('people', 'person')) as unknown as Person[]).filter(({ name }) => name === newcomer).length

test('two workers share a phone: each has a locked part of it, and the work of one waits there for her', async ({ phone, baseURL }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  await phone.open()
  await moveIn(phone, 'asha')
  await setPin(phone.page)
  await phone.close()

  const page = await phone.open({ offline: true })
  await phone.goTo()
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible()
  await expect(page.locator('a.case, a.house, a.person')).toHaveCount(0)
  await page.getByLabel('PIN').fill('17049')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('alert')).toContainText('9 more tries')
  await unlock(page)
  await addPerson(page)
  expect(await wordsOnPhone(page, ':outbox', [newcomer, 'person.add'])).toEqual([])
  const names = ((await server.read('people', 'person')) as unknown as Person[]).map(({ name }) => name)
  expect(names.length).toBeGreaterThan(100)
  expect(await wordsOnPhone(page, ':replica', names.slice(0, 50))).toEqual([])

  await handOver(page)
  await phone.context.setOffline(false)
  await logIn(page, 'farida')
  await expect(page.getByRole('heading', { name: 'Everything is here' })).toBeVisible({ timeout: 30_000 })
  await goToMore(page)
  await expect(page.getByText('No PIN is set.')).toBeVisible()
  await page.getByRole('link', { name: /^Sync Centre/ }).click()
  await expect(page.getByRole('heading', { name: 'Only on this phone 0' })).toBeVisible()
  await expect(page.getByText(newcomer)).toHaveCount(0)
  expect(await timesKnown(server)).toBe(0)

  await handOver(page)
  await page.getByRole('button', { name: `Unlock as ${server.info.user.name}` }).click()
  await unlock(page)
  await goToMore(page)
  await logIn(page, 'asha')
  await expect.poll(() => timesKnown(server), { timeout: 30_000 }).toBe(1)
  await page.getByRole('link', { name: /^Sync Centre/ }).click()
  await expect(page.getByRole('heading', { name: 'Only on this phone 0' })).toBeVisible({ timeout: 20_000 })
})
