import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { callProbe, fieldText, inBrowser, newProfile, openLogin, slowDown } from '../stage/bench-browser.ts'
import { fileCases } from '../stage/bench-cases.ts'
import { watchForeignCpu } from '../stage/foreign-cpu.ts'
import { startSlowLine } from '../stage/slow-line.ts'

const cases = 40
const throttle = 4
const bitsPerSecond = 1_000_000
const budgetMs = 3_000

interface FirstScreen {
  readonly ms: number
  readonly done: boolean
  readonly received: number
  readonly total: number
}

/** A new phone on a slow line: from the login's click until a case stands on Today, while the first sync runs. */
export async function measureFirstScreen({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 10_000
  const office = await services.openOffice(people)
  await fileCases(office, cases)
  const line = await startSlowLine(office.web.port, bitsPerSecond)
  services.onStop(line.close)
  const foreign = watchForeignCpu()
  const runs: FirstScreen[] = []
  for (let run = 0; run < times; run += 1) {
    runs.push(
      await inBrowser(newProfile(services), async (page) => {
        await openLogin(page, line.address)
        await slowDown(page, throttle)
        await callProbe(page, 'awaitFirstScreen', { texts: [fieldText('field.first.go'), fieldText('field.first.goNow')] })
        await page.click('button[type=submit]')
        return page.evaluate<FirstScreen>('benchFirstScreen')
      })
    )
  }
  const [{ done, received, total }] = runs as [FirstScreen]
  const state = done ? 'which had ended' : `which stood at ${received} of ${total}`
  const detail = `${people} people, ${cases} cases, 1 Mbit/s each way, ${throttle}x CPU throttle of the page, app already stored; login's click to the first case on Today, by way of the page of the first sync, ${state}; other processes ${foreign()} % of the cores`
  return [compareRuns({ name: 'first-screen', detail, unit: 'ms', reference: 'budget', ours: runs.map(({ ms }) => ms), floor: [budgetMs] })]
}
