import { createServer, type AddressInfo } from 'node:net'
import { expect, test, type Page } from '@playwright/test'
import { startScript, type RunningScript } from '../fixtures/child-script.ts'
import { demoPassword, enterOffice } from '../fixtures/officer.ts'

/** Passkeys are bound to a host name, which 127.0.0.1 is not: an office that people reach as `localhost`. */
test.use({ baseURL: async ({}, use) => use(address) })

let address = ''
let office: RunningScript
test.beforeAll(async () => {
  const port = await freePort()
  address = `http://localhost:${port}`
  office = await startScript('scripts/start-journeys.ts', 'journeys', { PORT: String(port), PUBLIC_URL: address })
})
test.afterAll(() => office?.end())

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => void probe.close(resolve))
  return port
}

/** A device that can hold passkeys and always recognises its owner. */
async function giveAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options })
}

async function logOut(page: Page): Promise<void> {
  await page.locator('details.account summary').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.locator('#login-name')).toBeVisible()
}

test('an officer makes a passkey, logs in with it alone, renames it and removes it', async ({ page }) => {
  await giveAuthenticator(page)
  await enterOffice(page, 'ravi', 'account')
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Passkeys' }) })
  await section.getByLabel('Name of the passkey').fill('Desk')
  await section.getByLabel('Your password').fill('not the password')
  await section.getByRole('button', { name: 'Go on' }).click()
  await expect(section.getByText('This is not your password')).toBeVisible()
  await section.getByLabel('Your password').fill(demoPassword)
  await section.getByRole('button', { name: 'Go on' }).click()
  await expect(section.getByText('Desk', { exact: true })).toBeVisible()
  await expect(section.getByText(/never used/)).toBeVisible()

  await logOut(page)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await expect(page.locator('.shell')).toBeVisible({ timeout: 20_000 })
  await page.goto('/admin/account')
  await expect(section.getByText(/last used/)).toBeVisible()

  await section.getByRole('button', { name: 'Rename' }).click()
  await section.getByLabel('Name of the passkey').fill('Old desk')
  await section.getByRole('button', { name: 'Save' }).click()
  await expect(section.getByText('Old desk', { exact: true })).toBeVisible()
  await section.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /Remove/ }).click()
  await expect(section.getByText('You have no passkey yet.')).toBeVisible()

  await logOut(page)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await expect(page.getByText('This passkey was not accepted.')).toBeVisible()
})
