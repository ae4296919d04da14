import type { BrowserContext, Page } from '@playwright/test'
import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openFloorPageAt } from '../floors/floor-page.ts'
import { alternate } from '../stage/alternate.ts'
import { awaitFirstSync, inBrowser, installProbe, logInField, newProfile } from '../stage/bench-browser.ts'
import { fileCase } from '../stage/bench-cases.ts'
import type { BenchOffice } from '../stage/bench-services.ts'
import { openConnection } from '../stage/http-connection.ts'

const cases = 40
const throttle = 6

/** A phone full of people starts with its server gone and a slowed processor, until the first case stands on Today. */
export async function measureColdStart({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 50_000
  const office = await services.openOffice(people)
  const origin = office.web.address
  await fileCases(office)
  const profile = newProfile(services)
  await inBrowser(
    profile,
    async (page) => {
      await logInField(page, origin)
      await awaitFirstSync(page, people)
      await page.waitForTimeout(2000)
    },
    { keep: true }
  )
  await office.web.stop()
  const { ours, floor, note } = await alternate(times, {
    floor: () => inBrowser(profile, (page, context) => readReplica(page, { context, origin, people }), { keep: true }),
    ours: () => inBrowser(profile, (page, context) => startApp(page, { context, origin }), { keep: true })
  })
  const detail = `${people} people on the device, ${cases} cases, server gone, ${throttle}x CPU throttle of the page, navigation to the first case on Today; ${note}`
  const common = { name: 'cold-start-offline', detail, unit: 'ms', ours }
  return [
    compareRuns({ ...common, reference: 'all people records of the same database read raw', floor }),
    compareRuns({ ...common, reference: 'budget', floor: [1500] })
  ]
}

async function fileCases({ web, fixture }: BenchOffice): Promise<void> {
  const session = await logInTo(web.address, 'field_worker')
  const connection = openConnection(web.address)
  for (let n = 0; n < cases; n += 1) {
    await fileCase(connection, {
      token: session.reply.accessToken,
      fixture,
      description: `A case of the ward, number ${n}`
    })
  }
  connection.close()
}

async function slowDown(page: Page, context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: throttle })
}

async function startApp(page: Page, { context, origin }: { context: BrowserContext; origin: string }): Promise<number> {
  await installProbe(page)
  await slowDown(page, context)
  await page.goto(`${origin}/field/`, { waitUntil: 'commit' })
  return page.evaluate<number>('benchUsable')
}

async function readReplica(
  page: Page,
  { context, origin, people }: { context: BrowserContext; origin: string; people: number }
): Promise<number> {
  const call = await openFloorPageAt(page, origin)
  await slowDown(page, context)
  return call<number>('readReplica', { collection: 'people', count: people })
}
