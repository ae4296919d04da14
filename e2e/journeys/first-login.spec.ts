import { createHmac, randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { enterOffice } from '../fixtures/officer.ts'

const login = `leela-${randomBytes(4).toString('hex')}`
const password = 'a boat on the lake'

/** Six digits that an authenticator app would show for this secret (RFC 6238). */
function appCode(secret: string, at: number): string {
  const bits = [...secret.replace(/\s/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  return String((mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Invites a field worker without an e-mail address; resolves to the link the owner hands over. */
async function invite(page: Page): Promise<string> {
  await enterOffice(page, 'meera', 'users')
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Leela Joshi')
  await page.getByLabel('Login', { exact: true }).fill(login)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Show a link' }).click()
  const link = page.getByRole('textbox', { name: /Hand this link over/ })
  await expect(link).toBeVisible()
  const address = await link.inputValue()
  await page.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('row', { name: /Leela Joshi/ }).getByText('Invited')).toBeVisible()
  return address
}

async function enterField(page: Page): Promise<void> {
  await page.goto('/field/')
  await page.locator('#login-name').fill(login)
  await page.locator('#login-password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main parts' }).getByRole('link', { name: 'More' }).click({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Account and logins' }).click()
}

test('somebody invited by a link chooses a password, sets up a second step, and logs a forgotten device out', async ({ browser }) => {
  const [owner, phone, tablet] = [await browser.newPage(), await browser.newPage({ viewport: { width: 360, height: 740 } }), await browser.newPage()]
  const link = await invite(owner)
  await phone.goto(link)
  await expect(phone.getByText(`Leela Joshi, your login name is ${login}.`)).toBeVisible()
  expect(new URL(phone.url()).hash, 'the token does not stay in the address').toBe('')
  await phone.getByLabel('New password').fill(password)
  await phone.getByRole('button', { name: 'Save the password' }).click()
  await expect(phone.getByRole('link', { name: 'Open the field app' })).toHaveAttribute('href', '/field/')
  await tablet.goto(link)
  await expect(tablet.getByText('This link no longer works')).toBeVisible()

  await enterField(tablet)
  await enterField(phone)
  await openAccount(phone)
  await phone.getByRole('button', { name: 'Log out there' }).click()
  await expect(phone.getByRole('button', { name: 'Log out there' })).toHaveCount(0)

  await phone.getByRole('button', { name: 'Set up a second step' }).click()
  await phone.getByLabel('Your password').first().fill(password)
  await phone.getByRole('button', { name: 'Go on' }).click()
  const secret = await phone.locator('code.secret').innerText()
  await phone.getByLabel('Code', { exact: true }).fill(appCode(secret, Date.now()))
  await phone.getByRole('button', { name: 'Switch it on' }).click()
  await expect(phone.getByText('Write these recovery codes down')).toBeVisible()
  const recovery = await phone.locator('.codes code').allInnerTexts()
  expect(recovery).toHaveLength(10)
  await phone.getByRole('button', { name: 'I have written them down' }).click()
  await expect(phone.getByText('10 recovery codes are left.')).toBeVisible()

  const desk = await browser.newPage()
  await enterField(desk)
  await expect(desk.getByText('Your login has a second step.')).toBeVisible()
  await desk.locator('#login-code').fill('123456')
  await desk.getByRole('button', { name: 'Log in' }).click()
  await expect(desk.getByText('This code is not right')).toBeVisible()
  await desk.locator('#login-code').fill(recovery[0] ?? '')
  await desk.getByRole('button', { name: 'Log in' }).click()
  await expect(desk.getByRole('navigation', { name: 'Main parts' })).toBeVisible({ timeout: 30_000 })
})
