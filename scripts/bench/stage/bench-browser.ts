import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { findOrInstallChromium } from '#server/embedded/embedded-browser.ts'
import { testPassword } from '#server/testing/start-test-server.ts'
import type { BenchServices } from './bench-services.ts'

const probe = ['field-probe.js', 'work-probe.js'].map((name) => readFileSync(join(import.meta.dirname, '../floors', name), 'utf8')).join('\n')
const texts = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../shared/i18n/en/field.json'), 'utf8')
) as Record<string, string>
let profiles = 0

/** The English text of the field app with this key. */
export function fieldText(key: string): string {
  const text = texts[key]
  if (text === undefined) throw new Error(`the field app has no text ${key}`)
  return text
}

/** A folder for a browser profile on disk that nobody used before; a context in memory would be faster than a phone can be. */
export function newProfile(services: BenchServices): string {
  profiles += 1
  return join(services.dir, `profile-${profiles}`)
}

/** Runs `work` in a Chromium of its own on the profile and ends it. `keep` leaves the profile for the next start. */
export async function inBrowser<T>(
  profile: string,
  work: (page: Page, context: BrowserContext) => Promise<T>,
  options: { keep?: boolean } = {}
): Promise<T> {
  const executablePath = await findOrInstallChromium({ log: () => undefined, chromium: process.env['CHROMIUM_PATH'] })
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    locale: 'en-IN',
    viewport: { width: 360, height: 740 }
  })
  try {
    return await work(context.pages()[0] ?? (await context.newPage()), context)
  } finally {
    await context.close()
    if (!options.keep) rmSync(profile, { recursive: true, force: true })
  }
}

/** Lets every page that comes note when something can be seen. */
export function installProbe(page: Page): Promise<void> {
  return page.addInitScript(probe).then(() => undefined)
}

/** Slows the page's processor so many times; not the browser's own processes, nor its workers. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate })
}

/** Opens the built field app and logs in, once the service worker has stored the app and no longer competes. */
export async function logInField(page: Page, origin: string): Promise<void> {
  await openLogin(page, origin)
  await page.click('button[type=submit]')
}

/** The same up to the filled form. */
export async function openLogin(page: Page, origin: string): Promise<void> {
  await installProbe(page)
  await page.goto(`${origin}/field/`)
  await page.waitForSelector('#login-name')
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await page.fill('#login-name', 'field_worker')
  await page.fill('#login-password', testPassword)
}

export interface FirstSync {
  /** From the first pull request to the app's own query counting all. */
  readonly ms: number
  /** From the first pull request to the screen saying that everything is here. */
  readonly toldAfterMs: number
  readonly requests: number
}

/** Waits until the app counts `people` persons on the device. */
export function awaitFirstSync(page: Page, people: number): Promise<FirstSync> {
  return callProbe<FirstSync>(page, 'firstSync', { text: fieldText('field.first.go'), collection: 'people', type: 'person', count: people })
}

/** Calls one of the probe's functions in the page. */
export function callProbe<T>(page: Page, name: string, argument: object = {}): Promise<T> {
  return page.evaluate<T>(`benchProbe.${name}(${JSON.stringify(argument)})`)
}
