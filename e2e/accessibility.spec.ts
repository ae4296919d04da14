import { createHmac } from 'node:crypto'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { enterOffice } from './fixtures/officer.ts'
import {
  adminScreens,
  endTransitions,
  fieldPaths,
  fieldScreens,
  finishReport,
  loginScreens,
  makeNews,
  moveIn,
  openScreen,
  portalScreens,
  sentScreens,
  setAppLanguage,
  writeReport,
  type Screen
} from './fixtures/screens.ts'
import { stepDueScreens, wantStepOfViewers } from './fixtures/step-due.ts'

test.describe.configure({ mode: 'parallel', timeout: 900_000 })
/** High windows: what lies below the edge of a window keeps its old colours for a while when the theme changes. */
test.use({ reducedMotion: 'reduce', viewport: { width: 1280, height: 1600 } })

const languages = ['en', 'hi'] as const

/** What axe finds wrong, a line per rule and place. Nothing is excluded. */
async function violations(page: Page, where: string, rules?: readonly string[]): Promise<string[]> {
  await endTransitions(page)
  const axe = new AxeBuilder({ page })
  const { violations: found } = await (rules ? axe.withRules([...rules]) : axe).analyze()
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${where}: ${rule.id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)
  )
}

/** A theme changes nothing but colours, so the second one is judged by the rules about them; a language changes no colour, so it is judged in the first. */
const rulesOfColour = ['color-contrast', 'link-in-text-block']

/** Looks at each screen, in the first language in both themes. */
async function lookAt(page: Page, screens: readonly Screen[], { name, language }: { name: string; language: (typeof languages)[number] }): Promise<string[]> {
  const found: string[] = []
  for (const screen of screens) {
    await page.emulateMedia({ colorScheme: 'light' })
    await openScreen(page, screen)
    found.push(...(await violations(page, `${name} ${language} ${screen.name} light`)))
    if (language !== languages[0]) continue
    await page.emulateMedia({ colorScheme: 'dark' })
    found.push(...(await violations(page, `${name} ${language} ${screen.name} dark`, rulesOfColour)))
  }
  return found
}

/** Looks at screens of the field app or the office in both languages; the login lasts over all of them. */
async function lookInBothLanguages(page: Page, screens: readonly Screen[], name: string): Promise<string[]> {
  const found: string[] = []
  for (const language of languages) {
    await setAppLanguage(page, language)
    found.push(...(await lookAt(page, screens, { name, language })))
    await expect(page.locator('html')).toHaveAttribute('lang', language)
  }
  return found
}

test('axe finds nothing on the portal: every page, both languages, both themes, with errors and without', async ({
  page,
  browser
}) => {
  await writeReport(page, browser)
  const found: string[] = []
  for (const language of languages) {
    await page.goto(`/?lang=${language}`)
    found.push(...(await lookAt(page, portalScreens, { name: 'portal', language })))
    await expect(page.locator('html')).toHaveAttribute('lang', language)
  }
  await page.goto('/?lang=en')
  await finishReport(page)
  for (const language of languages) {
    await page.goto(`/?lang=${language}`)
    found.push(...(await lookAt(page, sentScreens, { name: 'portal', language })))
  }
  expect(found).toEqual([])
})

test('axe finds nothing in the office: every page, both languages, both themes, with errors and without', async ({
  page,
  browser,
  baseURL
}) => {
  const news = await makeNews(baseURL ?? '', browser)
  await page.goto('/admin/')
  const found = await lookInBothLanguages(page, loginScreens('admin'), 'admin')
  await setAppLanguage(page, 'en')
  await enterOffice(page, 'meera')
  found.push(...(await lookInBothLanguages(page, adminScreens(news), 'admin')))
  expect(found).toEqual([])
})

test('axe finds nothing where a second step is due, in both languages; setting it up opens the office', async ({ page, browser, baseURL }) => {
  const elsewhere = await (await browser.newContext({ baseURL, reducedMotion: 'reduce' })).newPage()
  await wantStepOfViewers(elsewhere, baseURL ?? '')
  const endRule = await wantStepOfViewers(page, baseURL ?? '')
  try {
    expect(await lookInBothLanguages(page, stepDueScreens, 'admin')).toEqual([])
    const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '')
    await page.locator('[autocomplete=one-time-code]').fill(codeOfApp(secret))
    await page.locator('main form button[type=submit]').click()
    await expect(page.locator('.codes li')).toHaveCount(10)
    await page.locator('main button').first().click()
    await expect(page.locator('.shell')).toBeVisible({ timeout: 20_000 })
    // Whoever came with the password alone, in another browser, is told to show what is there now.
    await elsewhere.reload()
    await expect(elsewhere.locator('main .notice--warn')).toBeVisible({ timeout: 20_000 })
    expect(await violations(elsewhere, 'admin step-due-log-in')).toEqual([])
  } finally {
    await endRule()
  }
})

/** What an authenticator app shows now for this secret (RFC 6238, base32). */
function codeOfApp(secret: string): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  return String((mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('axe finds nothing in the field app: every page, both languages, both themes, with errors and without', async ({
  page,
  baseURL
}) => {
  await page.setViewportSize({ width: 360, height: 6000 })
  await page.goto('/field/')
  const found = await lookInBothLanguages(page, loginScreens('field'), 'field')
  await setAppLanguage(page, 'en')
  await moveIn(page, 'asha')
  const paths = await fieldPaths(baseURL ?? '', 'asha')
  found.push(...(await lookInBothLanguages(page, fieldScreens(paths), 'field')))
  expect(found).toEqual([])
})
