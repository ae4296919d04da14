import { randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { startScript, type RunningScript } from '../fixtures/child-script.ts'
import { demoPassword, enterOffice } from '../fixtures/officer.ts'

const login = `om-${randomBytes(4).toString('hex')}`
const email = `${login}@ministry.example`

async function addPerson(page: Page): Promise<void> {
  await enterOffice(page, 'meera', 'users')
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Om Prakash')
  await page.getByLabel('Login', { exact: true }).fill(login)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Close' }).last().click()
}

async function setProvider(page: Page, { facts }: RunningScript): Promise<void> {
  await page.getByLabel('Address of the provider (issuer)').fill(facts['issuer'] ?? '')
  await page.getByLabel('Client id').fill(facts['clientId'] ?? '')
  await page.getByLabel('Client secret').fill(facts['clientSecret'] ?? '')
  await page.getByLabel('Name on the button').fill('the ministry')
  await page.getByLabel('Your own password').fill(demoPassword)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Who has logged in by it' })).toBeVisible({ timeout: 20_000 })
}

test('somebody without a password logs in by the provider that the owner has set, and no longer when it is taken away', async ({ browser }) => {
  const [owner, desk] = [await browser.newPage(), await (await browser.newContext()).newPage()]
  await addPerson(owner)
  await owner.goto('/admin/login-provider')
  const redirectUri = await owner.locator('main code').innerText()
  const provider = await startScript('scripts/testing/login-provider.ts', 'provider', { PERSON_EMAIL: email, REDIRECT_URI: redirectUri })
  try {
    await setProvider(owner, provider)
    await desk.goto('/admin/')
    await desk.getByRole('button', { name: 'Log in with the ministry' }).click()
    await expect(desk.locator('.shell')).toBeVisible({ timeout: 20_000 })
    expect(desk.url(), 'the code does not stay in the address').toMatch(/\/admin\/inbox$/)
    await desk.reload()
    await expect(desk.locator('.shell')).toBeVisible({ timeout: 20_000 })

    await desk.goto('/admin/account')
    await desk.getByRole('button', { name: 'Set up a second step' }).click()
    await expect(desk.getByText('You log in with the ministry and never chose a password here?')).toBeVisible()

    await owner.reload()
    await expect(owner.getByRole('row', { name: /Om Prakash/ })).toBeVisible()
  } finally {
    await owner.getByLabel('Your own password').fill(demoPassword)
    await owner.getByRole('button', { name: 'Take the provider away' }).click()
    await expect(owner.getByText('The provider is taken away')).toBeVisible({ timeout: 20_000 })
    await provider.end()
  }
  const stranger = await (await browser.newContext()).newPage()
  const asked = stranger.waitForResponse(/session\/oidc$/)
  await stranger.goto('/admin/')
  expect(await (await asked).json()).toEqual({ label: null })
  await expect(stranger.locator('#login-name')).toBeVisible()
  await expect(stranger.getByRole('button', { name: /the ministry/ })).toHaveCount(0)
})
