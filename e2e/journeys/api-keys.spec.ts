import { randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { enterOffice } from '../fixtures/officer.ts'

/** The key that the dialog shows, read once as a person would copy it. */
async function takeKey(page: Page): Promise<string> {
  const field = page.getByRole('textbox', { name: 'Key', exact: true })
  await expect(field).toBeVisible()
  const key = await field.inputValue()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(field).toHaveCount(0)
  return key
}

test('an owner gives a dashboard a key, exchanges it without a gap and revokes it', async ({ page, request }) => {
  const name = `Dashboard ${randomBytes(4).toString('hex')}`
  const row = page.getByRole('row', { name: new RegExp(name) })
  const callWith = async (key: string) => (await request.get('/api/v1/wards', { headers: { authorization: `Bearer ${key}` } })).status()
  await enterOffice(page, 'meera', 'users')
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'Make a key' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill(name)
  await form.getByRole('button', { name: 'Make a key' }).click()
  await expect(form.getByText('Choose at least one thing that the key may do.')).toBeVisible()
  await form.getByRole('checkbox', { name: /See wards/ }).check()
  await form.getByRole('button', { name: 'Make a key' }).click()
  const first = await takeKey(page)
  expect(await callWith(first)).toBe(200)
  await expect(row).toContainText('See wards')
  expect(await page.content(), 'the key is shown once').not.toContain(first)

  await row.getByRole('button', { name: 'Exchange' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Exchange' }).click()
  const second = await takeKey(page)
  await expect(row.getByText(/The old secret works until/)).toBeVisible()
  expect([await callWith(first), await callWith(second)]).toEqual([200, 200])

  const address = await page.locator('code.address').innerText()
  const [, id = '', secret = ''] = /^sk_([^_]+)_(.+)$/.exec(second) ?? []
  const token = await request.post(address, { form: { grant_type: 'client_credentials', client_id: id, client_secret: secret } })
  expect(token.status(), 'the address on the page gives tokens').toBe(200)

  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /Revoke/ }).click()
  await expect(row.getByText('Revoked')).toBeVisible()
  expect([await callWith(first), await callWith(second)]).toEqual([401, 401])
})

test('somebody who does not manage people is not offered the keys', async ({ page }) => {
  await enterOffice(page, 'ravi', 'users')
  await expect(page.getByRole('link', { name: 'Roles' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'API keys' })).toHaveCount(0)
  await page.goto('/admin/api-keys')
  await expect(page.getByText('Only those who manage people see the keys.')).toBeVisible()
})
