import type { Page } from '@playwright/test'
import { compareRuns, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { openFloorPageAt } from '../../floors/floor-page.ts'
import { alternate } from '../../stage/alternate.ts'
import { awaitFirstSync, inBrowser, installProbe, logInField, newProfile, slowDown } from '../../stage/bench-browser.ts'
import { fileCases } from '../../stage/bench-cases.ts'

const cases = 40
const throttle = 6
const settleMs = 3_000

/** A phone full of people starts with its server gone and a slowed processor, until the first case stands on Today. */
export async function measureColdStart({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 50_000
  const office = await services.openOffice(people)
  const origin = office.web.address
  await fileCases(office, cases)
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
    floor: () => inBrowser(profile, (page) => readReplica(page, { origin, people }), { keep: true }),
    ours: () => inBrowser(profile, (page) => startApp(page, origin), { keep: true })
  })
  const detail = `${people} people on the device, ${cases} cases, server gone, ${throttle}x CPU throttle of the page, navigation to the first case on Today; ${note}`
  const common = { name: 'cold-start-offline', detail, unit: 'ms', ours: ours.map(({ ms }) => ms) }
  return [
    compareRuns({ ...common, reference: 'all people records of the same database read raw', floor }),
    compareRuns({ ...common, reference: 'budget', floor: [1500] }),
    compareRuns({ ...common, reference: 'heap budget', unit: 'bytes', detail: `used heap of the page ${settleMs} ms later, garbage collected; ${detail}`, ours: ours.map(({ heap }) => heap), floor: [100_000_000] })
  ]
}

async function startApp(page: Page, origin: string): Promise<{ ms: number; heap: number }> {
  await installProbe(page)
  await slowDown(page, throttle)
  await page.goto(`${origin}/field/`, { waitUntil: 'commit' })
  const ms = await page.evaluate<number>('benchUsable')
  await page.waitForTimeout(settleMs)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return { ms, heap: usedSize }
}

async function readReplica(page: Page, { origin, people }: { origin: string; people: number }): Promise<number> {
  const call = await openFloorPageAt(page, origin)
  await slowDown(page, throttle)
  return call<number>('readReplica', { collection: 'people', count: people })
}
