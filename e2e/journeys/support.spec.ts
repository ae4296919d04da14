import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { runScript } from '../fixtures/child-script.ts'
import { enterOffice } from '../fixtures/officer.ts'
import { test } from '../fixtures/own-office.ts'

test('the operator looks at an office in a person\'s place under a banner, changes nothing, and the owner reads of it', async ({ page, browser, ownOffice }) => {
  const { address, ownerUrl, secretKey } = ownOffice
  const reason = 'Ticket 12: the inbox stays empty'
  const args = ['impersonate', 'demo', '--login', 'meera', '--reason', reason, '--minutes', '20']
  const { code, out, err } = await runScript('scripts/tenant.ts', args, { DATABASE_URL: ownerUrl, SECRET_KEY: secretKey, PUBLIC_URL: address })
  expect(code, err).toBe(0)
  const support = await (await browser.newContext({ baseURL: address })).newPage()
  await support.goto(/^http\S+/m.exec(out)?.[0] ?? '')
  await support.getByRole('button', { name: 'Open the office' }).click()
  const banner = support.locator('.support')
  await expect(banner).toBeVisible({ timeout: 20_000 })
  for (const place of ['inbox?view=all', 'map', 'outgoing', 'devices', 'account']) {
    await support.goto(`/o/demo/admin/${place}`)
    await expect(banner).toContainText(reason)
    await expect(banner).toContainText(/Support is looking at this office as .+ until/)
  }
  await support.goto('/o/demo/admin/inbox?view=all')
  await support.locator('tr.line').first().click()
  await expect(support.locator('.panel .timeline')).toBeVisible()
  await expect(support.locator('.panel form.comment')).toHaveCount(0)
  expect((await new AxeBuilder({ page: support }).withTags(['wcag2a', 'wcag2aa']).analyze()).violations).toEqual([])

  await enterOffice(page, 'meera', 'audit')
  await expect(page.locator('main table')).toContainText('The operator came in as a person of the office')
  await expect(page.locator('main table')).toContainText(reason)
})
