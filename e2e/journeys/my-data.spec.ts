import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { answerQuestions, citizen, sendReport, takePhoto, track } from '../fixtures/citizen.ts'
import { enterOffice } from '../fixtures/officer.ts'
import { test } from '../fixtures/own-office.ts'

async function expectAccessible(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.target])).toEqual([])
}

test('a citizen without JavaScript sees her data, proves her phone, downloads it and has it corrected; the owner settles it, notes a consent and sees what retention would take', async ({ browser, page, ownOffice }) => {
  const { bytes } = await takePhoto(browser)
  const plain = await (await browser.newContext({ baseURL: ownOffice.address, javaScriptEnabled: false, locale: 'en-IN', viewport: { width: 360, height: 740 }, acceptDownloads: true })).newPage()
  await answerQuestions(plain, { ...citizen, photo: bytes })
  const number = await sendReport(plain)
  await track(plain, number, citizen.lastDigits)
  await plain.getByRole('link', { name: 'See, correct or download it' }).click()
  await expect(plain.locator('main')).not.toContainText(citizen.phone.slice(-10))
  await plain.locator('#send-code').click()
  const codeOf = async () => /\b\d{6}\b/.exec((await ownOffice.taken()).phones.map(({ text }) => text).filter((text) => /\b\d{6}\b/.test(text)).at(-1) ?? '')?.[0]
  await expect.poll(codeOf, { timeout: 30_000 }).toBeDefined()
  await plain.locator('#code').fill((await codeOf()) ?? '')
  await plain.getByRole('button', { name: 'Show everything' }).click()
  await expect(plain.locator('.facts')).toContainText(citizen.phone.slice(-10))
  const arrives = plain.waitForEvent('download')
  await plain.getByRole('link', { name: 'Download as a file (JSON)' }).click()
  expect((await arrives).suggestedFilename()).toBe(`my-data-${number}.json`)
  await plain.locator('#wrong').fill('My name is written with two a')
  await plain.getByRole('button', { name: 'Ask for a correction' }).click()
  await expect(plain.locator('main')).toContainText('for a correction. The office is told.')

  await page.setViewportSize({ width: 1440, height: 900 })
  await enterOffice(page, 'meera', 'privacy')
  const request = page.locator('li.request').filter({ hasText: number })
  await expect(request).toContainText('My name is written with two a')
  await expect(page.locator('.retention')).toContainText('older than')
  await page.locator('#days-closedReports').fill('30')
  await page.locator('.rule').first().getByRole('button', { name: 'Count' }).click()
  await expect(page.locator('.rule').first()).toContainText('older than 30 days')
  await expectAccessible(page)
  await request.getByRole('button', { name: 'Done' }).click()
  await expect(request).toHaveCount(0)

  await page.goto(`/admin/inbox?view=all&q=${number}`)
  await page.locator('tr.line').first().click()
  await page.getByRole('button', { name: 'What this contact may be used for' }).click()
  const survey = page.locator('.consents li').filter({ hasText: 'Questions whether the person was satisfied · SMS' })
  await expect(survey).toContainText('Not allowed')
  await survey.getByRole('button').click()
  await expect(survey.locator('.chip')).toHaveText('Allowed')
  await expectAccessible(page)

  await plain.goto('/track/my-data')
  await expect(plain.locator('main')).toContainText('allowed – questions whether you were satisfied, by SMS')
  await expect(plain.locator('main')).toContainText('The office settled your request')
})
