import { randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { grievanceListSchema } from '#shared/grievances/grievance-list.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { citizen, goOn, photoFile, takePhoto, track } from '../fixtures/citizen.ts'
import { openPhone } from '../fixtures/officer.ts'

/** Waits until the portal's own worker keeps the offline form. */
async function awaitWorker(page: Page): Promise<void> {
  await page.goto('/report/start')
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
}

test('a report begun online and sent without a network waits on the phone under its final number, goes by itself and can be followed', async ({
  page,
  context,
  browser,
  baseURL
}) => {
  const description = `${citizen.description} ${makeTrackingNumber('SHP', randomBytes(10))}`
  const photo = await takePhoto(browser)
  await awaitWorker(page)
  await page.locator('main form[action$="/report/start"] button').click()
  await page.locator('input[name=category]').nth(2).check()
  const promised = await page.locator('form[data-number]').getAttribute('data-number')
  await goOn(page)
  await page.locator('#landmark').fill(citizen.landmark)

  await context.setOffline(true)
  await goOn(page)
  const form = page.locator('form[data-offline-form]')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Report a problem without a network')
  await expect(page.locator('[data-when-offline]')).toBeVisible()
  await expect(form.locator('#landmark')).toHaveValue(citizen.landmark)
  await expect(form.locator('input[name=category]').nth(2)).toBeChecked()
  await form.locator('#description').fill(description)
  await page.reload()
  await expect(form.locator('#description')).toHaveValue(description)

  await form.locator('#phone').fill('12')
  await form.getByRole('button', { name: 'Save and send' }).click()
  const summary = page.locator('.error-summary')
  await expect(summary).toBeFocused()
  await expect(summary.getByRole('link')).toHaveText([
    'Enter a phone number of ten digits, like 98201 23456, or leave it empty'
  ])
  await form.locator('#phone').fill(citizen.phone)
  await form.locator('#photo').setInputFiles(photoFile(photo.bytes))
  await form.getByRole('button', { name: 'Save and send' }).click()
  const waiting = page.locator('.receipt--waiting')
  await expect(waiting).toContainText('Saved on this phone, not sent yet')
  const number = (await waiting.locator('[data-number]').innerText()).trim()
  expect(number).toBe(promised)
  await page.reload()
  await expect(page.locator('.receipt--waiting [data-number]')).toHaveText(number)

  await context.setOffline(false)
  const received = page.locator('[data-reports] .receipt')
  await expect(received.getByRole('heading', { level: 2 })).toHaveText('Your report has been received', {
    timeout: 20_000
  })
  await expect(received.locator('[data-number]')).toHaveText(number)
  const office = await openPhone(baseURL ?? '', 'ravi')
  const found = async () =>
    grievanceListSchema.parse(await office.get(`/api/v1/grievances?q=${encodeURIComponent(description)}`)).rows
  expect(await found()).toMatchObject([{ number, photoCount: 1, source: 'portal' }])
  await expect(received.locator('[data-photos-wait]')).toBeHidden({ timeout: 20_000 })

  await page.goto('/report/check')
  await track(page, number, citizen.lastDigits)
  await expect(page.locator('main')).toContainText(description)
})

test('two reports written without any network each get a number of their own that the office keeps', async ({
  page,
  context,
  baseURL
}) => {
  await awaitWorker(page)
  await context.setOffline(true)
  const numbers: string[] = []
  for (const what of ['A wall leans', 'A gate hangs']) {
    await page.goto('/report/offline')
    const form = page.locator('form[data-offline-form]')
    await form.locator('input[name=category]').first().check()
    await form.locator('#landmark').fill('At the corner of the market')
    await form.locator('#description').fill(what)
    await form.getByRole('button', { name: 'Save and send' }).click()
    await expect(page.locator('.receipt--waiting')).toHaveCount(numbers.length + 1)
    numbers.push((await page.locator('.receipt--waiting [data-number]').first().innerText()).trim())
  }
  expect(new Set(numbers).size).toBe(2)
  await context.setOffline(false)
  await expect(page.locator('.receipt--waiting')).toHaveCount(0, { timeout: 20_000 })
  const office = await openPhone(baseURL ?? '', 'ravi')
  for (const number of numbers) {
    const list = grievanceListSchema.parse(await office.get(`/api/v1/grievances?q=${number}`))
    expect(list.rows.map((row) => row.number)).toEqual([number])
    await track(page, number, '')
    await expect(page.locator('main h1')).toHaveText('We have received your report')
  }
})
