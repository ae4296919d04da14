import { randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { grievanceListSchema } from '#shared/grievances/grievance-list.ts'
import { announcedPhotoSchema } from '#shared/files/upload.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { answerQuestions, citizen, goOn, photoFile, sendReport, takePhoto, track } from '../fixtures/citizen.ts'
import { openPhone, type WorkerPhone } from '../fixtures/officer.ts'

test.use({ javaScriptEnabled: false })

/** What the pages say where the journey looks, in both languages. */
const languages = {
  en: {
    locale: 'en-IN',
    error: /^Error: /,
    summary: 'There is a problem',
    place: 'Add the place, so that the right office gets it',
    details: 'Say in a few words what is wrong',
    photo: 'This file is not a photo we can read. Choose a JPEG or PNG',
    received: 'Your report has been received',
    progress: (at: number) => `Question ${at} of 5`
  },
  hi: {
    locale: 'hi-IN',
    error: /^गलती: /,
    summary: 'एक दिक्कत है',
    place: 'जगह बताएँ, ताकि यह सही कार्यालय तक पहुँचे',
    details: 'कुछ शब्दों में बताएँ कि क्या समस्या है',
    photo: 'यह फ़ाइल ऐसी फ़ोटो नहीं है जिसे हम पढ़ सकें। JPEG या PNG चुनें',
    received: 'आपकी शिकायत मिल गई है',
    progress: (at: number) => `5 में से प्रश्न ${at}`
  }
} as const

async function foundBy(
  office: WorkerPhone,
  words: string
): Promise<readonly { id: string; number: string; photoCount: number }[]> {
  const list = await office.get(`/api/v1/grievances?q=${encodeURIComponent(words)}`)
  return grievanceListSchema.parse(list).rows
}

/** The page names what is wrong on top, holds the focus there, and its link leads to the field. */
async function expectProblem(
  page: Page,
  at: { field: string; message: string; summary: string; title: RegExp }
): Promise<void> {
  const summary = page.locator('.error-summary')
  await expect(page).toHaveTitle(at.title)
  await expect(summary.locator('h2')).toHaveText(at.summary)
  await expect(summary).toHaveAttribute('tabindex', '-1')
  await expect(summary).toBeFocused()
  await expect(page.locator(`#${at.field}-error`)).toHaveText(at.message)
  await summary.getByRole('link', { name: at.message }).click()
  await expect(page.locator(`#${at.field}`)).toBeFocused()
}

for (const [language, say] of Object.entries(languages)) {
  test.describe(`in ${language}`, () => {
    test.use({ locale: say.locale })

    test(`a citizen reports a problem with a photo, without JavaScript (${language})`, async ({
      page,
      browser,
      baseURL
    }) => {
      const description = `${citizen.description} ${makeTrackingNumber('SHP', randomBytes(10))}`
      const photo = await takePhoto(browser)
      await page.goto('/')
      await expect(page.locator('html')).toHaveAttribute('lang', language)
      await page.locator('main a[href$="/report/start"]').first().click()
      await page.locator('main form button').click()
      await expect(page.locator('main h1')).toHaveCount(1)
      await expect(page.locator('.portal-progress')).toHaveText(say.progress(1))
      await page.locator('input[name=category]').nth(1).check()
      const category = (await page.locator('label:has(input[name=category]:checked)').innerText()).trim()
      await goOn(page)

      await expect(page.locator('.portal-progress')).toHaveText(say.progress(2))
      await goOn(page)
      await expectProblem(page, { field: 'landmark', message: say.place, summary: say.summary, title: say.error })
      await page.locator('#landmark').fill(citizen.landmark)
      await goOn(page)
      await expect(page.locator('.portal-progress')).toHaveText(say.progress(3))
      await goOn(page)
      await expectProblem(page, { field: 'description', message: say.details, summary: say.summary, title: say.error })
      await page.locator('#description').fill(description)
      await goOn(page)

      await expect(page.locator('.portal-progress')).toHaveText(say.progress(4))
      await page.locator('#photo').setInputFiles(photoFile(Buffer.from('<svg onload="alert(1)">')))
      await page.locator('button[name=go][value=on]').click()
      await expectProblem(page, { field: 'photo', message: say.photo, summary: say.summary, title: say.error })
      await page.locator('#photo').setInputFiles(photoFile(photo.bytes))
      await page.locator('button[name=go][value=on]').click()
      await expect(page.locator('.portal-progress')).toHaveText(say.progress(5))
      await page.locator('#name').fill(citizen.name)
      await page.locator('#phone').fill(citizen.phone)
      await goOn(page)

      const answers = page.locator('#answers')
      for (const told of [category, citizen.landmark, description, citizen.name, citizen.phone])
        await expect(answers).toContainText(told)
      const shown = answers.getByRole('img')
      await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
      await answers.locator('a[href$="/report/place"]').click()
      await expect(page.locator('#landmark')).toHaveValue(citizen.landmark)
      await page.locator('#landmark').fill('Beside the old quince tree')
      await goOn(page)
      await expect(page).toHaveURL(/\/report\/check$/)
      await expect(answers).toContainText('Beside the old quince tree')

      const number = await sendReport(page)
      await expect(page.locator('main h1')).toHaveText(say.received)
      expect(number).toMatch(/^[A-Z]{2,4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$/)
      await page.goBack()
      await page.goto('/report/check')
      await expect(page.locator('.receipt__number')).toHaveText(number)
      await page.reload()
      await expect(page.locator('.receipt__number')).toHaveText(number)
      const office = await openPhone(baseURL ?? '', 'ravi')
      expect(await foundBy(office, description)).toMatchObject([{ number, photoCount: 1 }])
    })
  })
}

test('a report that is sent twice at once is filed once', async ({ page, context, baseURL }) => {
  const description = `Twice pressed, once filed ${makeTrackingNumber('SHP', randomBytes(10))}`
  await answerQuestions(page, { description, landmark: citizen.landmark })
  const press = () => context.request.post('/report/check', { headers: { origin: baseURL ?? '' }, form: {} })
  const pages = await Promise.all([press(), press(), press()])
  const numbers = await Promise.all(
    pages.map(async (one) => /receipt__number code">([^<]+)</.exec(await one.text())?.[1])
  )
  expect(new Set(numbers).size).toBe(1)
  expect(numbers[0]).toBeDefined()
  const office = await openPhone(baseURL ?? '', 'ravi')
  expect(await foundBy(office, description)).toMatchObject([{ number: numbers[0] }])
})

test('with number and last digits the citizen follows his report and never reads a name of the staff', async ({
  page,
  browser,
  baseURL
}) => {
  const description = `Water stands in the lane ${makeTrackingNumber('SHP', randomBytes(10))}`
  await answerQuestions(page, { description, landmark: citizen.landmark, name: citizen.name, phone: citizen.phone })
  const number = await sendReport(page)
  const office = await openPhone(baseURL ?? '', 'ravi')
  const worker = await openPhone(baseURL ?? '', 'gopal')
  const [found] = await foundBy(office, description)
  const step = (args: Record<string, unknown>) => office.push('grievance.step', { grievanceId: found?.id, ...args })
  expect(await step({ action: 'assign', assigneeId: worker.info.user.id })).toMatchObject({ verdict: 'applied' })
  const photo = await takePhoto(browser)
  const answer = { action: 'resolve', text: 'The drain is open again', photos: [announcedPhotoSchema.parse(photo)] }
  expect(await step(answer)).toMatchObject({ verdict: 'applied' })
  await office.upload(photo, photo.bytes)

  await track(page, number.toLowerCase().replaceAll('-', ' '), citizen.lastDigits)
  await expect(page).toHaveURL(/\/track\/status$/)
  const main = page.locator('main')
  await expect(main.locator('h1')).toHaveText('Your report has been answered')
  for (const told of [
    number,
    'The drain is open again',
    description,
    'Report received',
    'Given to the people in charge',
    'Answered'
  ]) {
    await expect(main).toContainText(told)
  }
  const shown = main.getByRole('img', { name: 'Photo 1 of the office' })
  await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(100)
  for (const name of ['Ravi', 'Kulkarni', 'Gopal', 'Iyer', citizen.name, citizen.phone])
    await expect(main).not.toContainText(name)
})

test('without a phone the number alone shows state and dates; with one, a wrong pair and an unknown number get the same answer', async ({
  page
}) => {
  await answerQuestions(page, {
    description: 'Nobody should read this by the number alone',
    landmark: citizen.landmark
  })
  const open = await sendReport(page)
  await track(page, open, '')
  await expect(page.locator('main h1')).toHaveText('We have received your report')
  await expect(page.locator('main')).toContainText('Answer expected by')
  await expect(page.locator('main')).toContainText('only its state and dates are shown here')
  await expect(page.locator('main')).not.toContainText('Nobody should read this')

  await page.context().clearCookies()
  await answerQuestions(page, {
    description: 'Guarded by four digits',
    landmark: citizen.landmark,
    phone: citizen.phone
  })
  const guarded = await sendReport(page)
  const answerFor = async (number: string, digits: string): Promise<{ status: number | undefined; page: string }> => {
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await track(page, number, digits)
    const status = (await answer).status()
    return { status, page: (await page.content()).replaceAll(number, 'NUMBER') }
  }
  const unknown = await answerFor(makeTrackingNumber(guarded.split('-')[0] ?? '', randomBytes(10)), '9999')
  expect(unknown.status).toBe(404)
  expect(await answerFor(guarded, '9999')).toEqual(unknown)
  await expect(page.locator('.error-summary')).toContainText('No report opens with these.')
  const withoutDigits = await answerFor(guarded, '')
  expect(withoutDigits.status).toBe(404)

  for (const digits of ['1111', '2222', '3333']) await answerFor(guarded, digits)
  const slowed = await answerFor(guarded, '4444')
  expect(slowed.status).toBe(429)
  await expect(page.locator('.error-summary')).toContainText(/Wait \d+ seconds?, then press the button again/)
  await track(page, open, '')
  await expect(page).toHaveURL(/\/track\/status$/)
  await expect(async () => {
    await track(page, guarded, citizen.lastDigits)
    await expect(page).toHaveURL(/\/track\/status$/, { timeout: 1_000 })
  }).toPass({ intervals: [5_000], timeout: 60_000 })
  await expect(page.locator('main')).toContainText('Guarded by four digits')
})
