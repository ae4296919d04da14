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

test.describe.configure({ mode: 'parallel', timeout: 600_000 })
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

/** A theme changes nothing but colours, so the second one is judged by the rules about them. */
const rulesOfColour = ['color-contrast', 'link-in-text-block']

/** Looks at each screen in both themes. */
async function lookAt(page: Page, screens: readonly Screen[], name: string): Promise<string[]> {
  const found: string[] = []
  for (const screen of screens) {
    await page.emulateMedia({ colorScheme: 'light' })
    await openScreen(page, screen)
    found.push(...(await violations(page, `${name} ${screen.name} light`)))
    await page.emulateMedia({ colorScheme: 'dark' })
    found.push(...(await violations(page, `${name} ${screen.name} dark`, rulesOfColour)))
  }
  return found
}

/** Looks at screens of the field app or the office in both languages; the login lasts over all of them. */
async function lookInBothLanguages(page: Page, screens: readonly Screen[], name: string): Promise<string[]> {
  const found: string[] = []
  for (const language of languages) {
    await setAppLanguage(page, language)
    found.push(...(await lookAt(page, screens, `${name} ${language}`)))
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
    found.push(...(await lookAt(page, portalScreens, `portal ${language}`)))
    await expect(page.locator('html')).toHaveAttribute('lang', language)
  }
  await page.goto('/?lang=en')
  await finishReport(page)
  for (const language of languages) {
    await page.goto(`/?lang=${language}`)
    found.push(...(await lookAt(page, sentScreens, `portal ${language}`)))
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
