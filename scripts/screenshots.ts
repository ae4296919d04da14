import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'
import sharp from 'sharp'
import { findOrInstallChromium } from '#server/embedded/embedded-browser.ts'
import { enterOffice } from '../e2e/fixtures/officer.ts'
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
} from '../e2e/fixtures/screens.ts'
import { stepDueScreens, wantStepOfViewers } from '../e2e/fixtures/step-due.ts'

/**
 * `npm run screenshots [-- FOLDER]`: every page of the three apps on a phone and on a desktop, light and dark, in English,
 * and on a phone in Hindi, as `<app>/<page>-<size>-<theme>.png` in docs/screenshots. It starts an office of its own; needs
 * `npm run build` first.
 */
const root = resolve(import.meta.dirname, '..')
const folder = resolve(root, process.argv[2] ?? 'docs/screenshots')
const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1440, height: 900 } } as const
const themes = ['light', 'dark'] as const

async function startOffice(): Promise<{ address: string; stop(): Promise<void> }> {
  const office = spawn(process.execPath, ['--import', 'tsx', 'scripts/start-journeys.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exited = once(office, 'exit')
  const address = await new Promise<string>((ready, fail) => {
    createInterface({ input: office.stdout }).on('line', (line) => {
      const found = /^journeys-ready \{"address":"([^"]+)"/.exec(line)?.[1]
      if (found) ready(found)
    })
    void exited.then(() => fail(new Error('The office did not start; its last words stand above.')))
  })
  return {
    address,
    async stop() {
      office.kill('SIGTERM')
      await exited
    }
  }
}

/** Writes what the page shows with few colours: a picture of words needs no more. */
async function takePicture(page: Page, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  await endTransitions(page)
  const picture = await page.screenshot()
  await sharp(picture).png({ palette: true, colours: 48, effort: 7, compressionLevel: 9 }).toFile(path)
}

/** Takes every screen at both sizes in both themes; in Hindi on the phone in the light. */
async function takeScreens(
  page: Page,
  screens: readonly Screen[],
  { app, language = 'en' }: { app: string; language?: 'en' | 'hi' }
): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    if (language === 'hi' && size !== 'phone') continue
    await page.setViewportSize(viewport)
    for (const screen of screens) {
      await page.emulateMedia({ colorScheme: 'light' })
      await openScreen(page, screen)
      for (const theme of language === 'hi' ? (['light'] as const) : themes) {
        await page.emulateMedia({ colorScheme: theme })
        const name = language === 'hi' ? `${screen.name}-hi` : screen.name
        await takePicture(page, resolve(folder, app, `${name}-${size}-${theme}.png`))
      }
    }
  }
}

async function takePortal(page: Page, browser: Browser): Promise<void> {
  await writeReport(page, browser)
  await takeScreens(page, portalScreens, { app: 'portal' })
  await page.goto('/?lang=hi')
  await takeScreens(page, portalScreens, { app: 'portal', language: 'hi' })
  await page.goto('/?lang=en')
  await finishReport(page)
  await takeScreens(page, sentScreens, { app: 'portal' })
  await page.goto('/?lang=hi')
  await takeScreens(page, sentScreens, { app: 'portal', language: 'hi' })
}

async function takeAdmin(page: Page, browser: Browser, address: string): Promise<void> {
  const news = await makeNews(address, browser)
  await takeScreens(page, loginScreens('admin'), { app: 'admin' })
  await enterOffice(page, 'meera')
  await takeScreens(page, adminScreens(news), { app: 'admin' })
  await setAppLanguage(page, 'hi')
  await takeScreens(page, adminScreens(news), { app: 'admin', language: 'hi' })
  await withPage(browser, address, (viewer) => takeStepDue(viewer, address))
}

async function takeStepDue(page: Page, address: string): Promise<void> {
  const endRule = await wantStepOfViewers(page, address)
  await takeScreens(page, stepDueScreens, { app: 'admin' })
  await setAppLanguage(page, 'hi')
  await takeScreens(page, stepDueScreens, { app: 'admin', language: 'hi' })
  await endRule()
}

async function takeField(page: Page, _browser: Browser, address: string): Promise<void> {
  await takeScreens(page, loginScreens('field'), { app: 'field' })
  await moveIn(page, 'asha')
  const screens = fieldScreens(await fieldPaths(address, 'asha'))
  await takeScreens(page, screens, { app: 'field' })
  await setAppLanguage(page, 'hi')
  await takeScreens(page, screens, { app: 'field', language: 'hi' })
}

async function withPage(browser: Browser, baseURL: string, work: (page: Page) => Promise<void>): Promise<void> {
  const context: BrowserContext = await browser.newContext({
    baseURL,
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
    reducedMotion: 'reduce'
  })
  await work(await context.newPage())
  await context.close()
}

const log = (line: string) => console.error(line)
const executablePath = await findOrInstallChromium({
  log,
  cacheDir: resolve(root, '.cache'),
  chromium: process.env['CHROMIUM_PATH']
})
const office = await startOffice()
const browser = await chromium.launch({ executablePath })
try {
  for (const [app, take] of Object.entries({ portal: takePortal, admin: takeAdmin, field: takeField })) {
    await withPage(browser, office.address, (page) => take(page, browser, office.address))
    log(`${app}: done`)
  }
} finally {
  await browser.close()
  await office.stop()
}
