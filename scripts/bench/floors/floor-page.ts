import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'

const root = resolve(import.meta.dirname, '../../..')

/** The page that holds the floors, with Dexie in it. */
export function floorPageText(): string {
  const scripts = [join(root, 'node_modules/dexie/dist/dexie.min.js'), join(import.meta.dirname, 'floor-page.js')]
  const tags = scripts.map(
    (path) => `<script>${readFileSync(path, 'utf8').replaceAll('</script', '<\\/script')}</script>`
  )
  return `<!doctype html><meta charset="utf-8"><title>Floor</title>${tags.join('\n')}`
}

export type CallFloor = <T>(floor: string, argument: object) => Promise<T>

/** Opens the floors' page of a floor server, which is the origin of all that it fetches. */
export async function openFloorPage(page: Page, address: string): Promise<CallFloor> {
  await page.goto(`${address}/floor`)
  return callIn(page)
}

/** Shows the floors' page at the app's own origin, whose server need not run: so they reach the app's databases. */
export async function openFloorPageAt(page: Page, origin: string): Promise<CallFloor> {
  const address = `${origin}/bench/floor`
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: floorPageText() }))
  await page.goto(address)
  await page.unroute(address)
  return callIn(page)
}

function callIn(page: Page): CallFloor {
  return <T>(floor: string, argument: object) => page.evaluate<T>(`bench.${floor}(${JSON.stringify(argument)})`)
}
