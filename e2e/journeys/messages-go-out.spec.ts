import { randomBytes } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { answerQuestions, citizen, sendReport, track } from '../fixtures/citizen.ts'
import { demoPassword, enterOffice, timelineEntry } from '../fixtures/officer.ts'
import { tellingLines, test } from '../fixtures/own-office.ts'

test.describe.configure({ mode: 'serial' })

const other = { phone: '9123409876', email: 'unhappy.quokka@example.net', name: 'Quirin Oberoi' } as const
const answer = 'The marigold-coloured lamp was replaced'
let number = ''

/** A row of the Outgoing page: what went out for a report over one way. */
function outgoing(page: Page, of: { number: string; topic: string; way: string }) {
  return page
    .locator('tbody tr')
    .filter({ hasText: of.number })
    .filter({ hasText: of.topic })
    .filter({ hasText: of.way })
}

test('the acknowledgement goes out by e-mail and SMS, and the Outgoing page and the timeline say so', async ({
  page,
  ownOffice
}) => {
  await answerQuestions(page, { ...citizen })
  number = await sendReport(page)
  await expect
    .poll(async () => (await ownOffice.taken()).phones.map((sms) => sms.to), { timeout: 20_000 })
    .toEqual([`+91${citizen.phone}`])
  await expect
    .poll(async () => (await ownOffice.taken()).mails.map((mail) => mail.to), { timeout: 20_000 })
    .toEqual([[citizen.email]])
  const { phones, mails, complaints } = await ownOffice.taken()
  expect(complaints).toEqual([])
  expect(phones[0]?.text).toContain(`we have received your report ${number}`)
  expect(phones[0]?.text).not.toContain('quince')
  expect(mails[0]?.source).toContain(`We have received your report ${number}`)

  await enterOffice(page, 'ravi', 'outgoing')
  for (const way of ['E-mail', 'SMS']) {
    const row = outgoing(page, { number, topic: 'Report received', way })
    await expect(row).toContainText('Sent')
    await expect(row.locator('td.end').first()).toHaveText('1')
    await expect(row).not.toContainText(citizen.phone)
    await expect(row).not.toContainText(citizen.email)
  }
  await page.getByRole('link', { name: number }).first().click()
  await expect(timelineEntry(page, 'Message sent')).toHaveCount(2)
})

test('the answer of the office goes out, and the citizen reads it and that he was told', async ({
  page,
  ownOffice
}) => {
  await enterOffice(page, 'ravi', `inbox?view=all&q=${number}`)
  await page.locator('tr.line').click()
  const panel = page.locator('.panel')
  for (const action of ['Assign', 'Resolve']) {
    await panel.getByRole('button', { name: action, exact: true }).click()
    const form = panel.locator('form.step')
    if (action === 'Assign') await form.getByLabel('Worker').selectOption({ label: 'Gopal Iyer (Field worker)' })
    else await form.getByLabel('Answer to the reporter').fill(answer)
    await form.getByRole('button', { name: action, exact: true }).click()
    await expect(form).toHaveCount(0)
  }
  await expect.poll(async () => (await ownOffice.taken()).mails.length, { timeout: 20_000 }).toBe(2)
  await expect.poll(async () => (await ownOffice.taken()).phones.length, { timeout: 20_000 }).toBe(2)
  const { mails, phones } = await ownOffice.taken()
  expect(mails[1]?.source).toContain(answer)
  expect(phones[1]?.text).toContain(`your report ${number} has been resolved`)
  expect(phones[1]?.text).not.toContain('marigold')
  await expect(timelineEntry(page, 'Message sent')).toHaveCount(4)
  await track(page, number, citizen.lastDigits)
  await expect(page.locator('main')).toContainText(answer)
  await expect(page.locator('main li').filter({ hasText: 'We sent you a message' })).not.toHaveCount(0)
})

test('a message that the provider refuses is shown with its problem, and goes out when it is tried again', async ({
  page,
  ownOffice
}) => {
  await ownOffice.refuse({ sms: [403], smtp: [550] })
  await answerQuestions(page, { description: 'A cracked step', landmark: 'Town hall', ...other })
  const refused = await sendReport(page)
  await enterOffice(page, 'meera', 'outgoing')
  const sms = outgoing(page, { number: refused, topic: 'Report received', way: 'SMS' })
  const mail = outgoing(page, { number: refused, topic: 'Report received', way: 'E-mail' })
  await expect(sms).toContainText('Failed', { timeout: 20_000 })
  await expect(sms).toContainText('The provider refuses our access')
  await expect(sms.locator('td.end').first()).toHaveText('1')
  await expect(mail).toContainText('Failed', { timeout: 20_000 })
  await page.getByRole('button', { name: /^Failed/ }).click()
  await expect(page).toHaveURL(/status=failed/)
  await expect(page.locator('tbody tr')).toHaveCount(2)
  await page.getByRole('link', { name: refused }).first().click()
  await expect(timelineEntry(page, 'Message could not be sent')).toHaveCount(2)

  await page.goto('/admin/outgoing')
  for (const row of [sms, mail]) {
    await row.getByRole('button', { name: 'Try again' }).click()
    await expect(row).toContainText('Sent', { timeout: 20_000 })
    await expect(row.locator('td.end').first()).toHaveText('2')
  }
  const { phones, mails } = await ownOffice.taken()
  expect(phones.filter(({ text }) => text.includes(refused)).map(({ to }) => to)).toEqual([`+91${other.phone}`])
  expect(mails.filter(({ source }) => source.includes(refused)).map(({ to }) => to)).toEqual([[other.email]])
})

test('a provider that is away for a moment gets the message at a later attempt, once', async ({ page, ownOffice }) => {
  await ownOffice.refuse({ smtp: [451, 451] })
  const email = 'patient.reader@example.net'
  await answerQuestions(page, { description: 'A dry tap', landmark: 'Town hall', email })
  const late = await sendReport(page)
  await enterOffice(page, 'ravi', 'outgoing')
  const mail = outgoing(page, { number: late, topic: 'Report received', way: 'E-mail' })
  await expect(mail).toContainText('Waiting', { timeout: 20_000 })
  await expect(mail).toContainText('Next attempt')
  await expect(mail).toContainText('Sent', { timeout: 60_000 })
  await expect(mail.locator('td.end').first()).toHaveText('3')
  const { mails } = await ownOffice.taken()
  expect(mails.filter(({ to }) => to.includes(email))).toHaveLength(1)
})

test('the log of all this holds no name, no address, no word of a report and no query string', async ({
  page,
  ownOffice
}) => {
  await track(page, number, '0007')
  await page.goto(`/track?number=${makeTrackingNumber('SHP', randomBytes(10))}`)
  const words = [
    ...Object.values(citizen),
    ...Object.values(other),
    answer,
    'quince',
    'cracked step',
    'Town hall',
    'patient.reader',
    demoPassword
  ]
  expect(tellingLines(ownOffice.logFile, [...words, 'Ravi', 'Kulkarni', 'meera', number])).toEqual([])
  expect(tellingLines(ownOffice.logFile, ['/track'])).not.toEqual([])
})
