import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { runScript } from '../fixtures/child-script.ts'
import { test } from '../fixtures/own-office.ts'

const folder = resolve(import.meta.dirname, '../../../shared/data')
const wards = resolve(folder, 'bengaluru-wards.geojson')
const requests = resolve(folder, 'sf-open311-requests.json')
const isMissing = !existsSync(wards) || !existsSync(requests)
const why = isMissing ? ' (skipped: the folder ../shared/data is missing)' : ''

interface ImportReport {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly refused: readonly unknown[]
}

/** Runs `npm run import` with these arguments; resolves to its report and to what it said besides. */
async function importFile(ownerUrl: string, args: readonly string[]): Promise<{ report: ImportReport; said: string }> {
  const settings = { DATABASE_URL: ownerUrl, SECRET_KEY: randomBytes(32).toString('base64url') }
  const { code, out, err } = await runScript('scripts/import.ts', [...args, '--json'], settings)
  expect(err + out, err).toContain('"created"')
  expect(code).toBe(0)
  return { report: JSON.parse(out) as ImportReport, said: err }
}

async function logIn(page: Page, path: string, password: string): Promise<void> {
  await page.goto(path)
  await page.locator('#login-name').fill('maria')
  await page.locator('#login-password').fill(password)
  await page.locator('button[type=submit]').click()
  await expect(page.locator('.shell')).toBeVisible({ timeout: 20_000 })
}

test(`the wards of Bengaluru and the requests of San Francisco come in and stand in the inbox of their office${why}`, async ({
  page,
  ownOffice
}) => {
  test.skip(isMissing, 'the folder ../shared/data is missing')
  const { ownerUrl } = ownOffice
  const made = [
    '--create-tenant',
    'City of San Francisco',
    '--prefix',
    'SFO',
    '--time-zone',
    'America/Los_Angeles',
    '--country-code',
    '1',
    '--owner',
    'maria'
  ]
  const first = await importFile(ownerUrl, ['open311-requests', requests, ...made])
  expect(first.report).toMatchObject({ created: 500, updated: 0, refused: [] })
  const password = /with the password (\S+)/.exec(first.said)?.[1] ?? ''
  const slug = 'city-of-san-francisco'
  const again = await importFile(ownerUrl, ['open311-requests', requests, '--tenant', slug])
  expect(again.report).toMatchObject({ created: 0, updated: 0, unchanged: 500 })

  await logIn(page, `/o/${slug}/admin/inbox?view=all`, password)
  const title = page.locator('.filter-bar :is(h1, h2)')
  await expect(title).toContainText('500 rows')
  await expect(page.locator('.tenant')).toHaveText('City of San Francisco')
  await page.getByRole('button', { name: /^Closed/ }).click()
  await expect(title).toContainText('371 rows')
  await page.getByRole('button', { name: /^All open/ }).click()
  await expect(title).toContainText('129 rows')
  await page.goto(`/o/${slug}/admin/inbox?view=all&q=120+MANCHESTER`)
  await page.locator('tr.line').first().click()
  await expect(page.locator('.panel')).toContainText('120 MANCHESTER ST')
  await expect(page.locator('.panel')).toContainText('Abandoned Vehicle')
  await expect(page.locator('.panel .facts')).toContainText(/28 Jun 2011|Jun 28, 2011/)

  const bengaluru = [
    '--create-tenant',
    'City of Bengaluru',
    '--prefix',
    'BLR',
    '--time-zone',
    'Asia/Kolkata',
    '--owner',
    'maria'
  ]
  const taken = await importFile(ownerUrl, ['wards', wards, '--name-field', 'KGISWardName', ...bengaluru])
  expect(taken.report).toMatchObject({ created: 243, refused: [] })
  const twice = await importFile(ownerUrl, [
    'wards',
    wards,
    '--name-field',
    'KGISWardName',
    '--tenant',
    'city-of-bengaluru'
  ])
  expect(twice.report).toMatchObject({ created: 0, unchanged: 243 })
  await logIn(page, '/o/city-of-bengaluru/admin/map', /with the password (\S+)/.exec(taken.said)?.[1] ?? '')
  await expect(page.locator('figure.map svg path.area')).toHaveCount(243)
})
