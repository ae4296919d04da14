import { compareRuns, median, quantile, rounded, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { awaitFirstSync, callProbe, inBrowser, logInField, newProfile } from '../../stage/bench-browser.ts'
import { watchForeignCpu } from '../../stage/foreign-cpu.ts'

const changes = 30
const budgetMs = 5

/** Of one change: until the list has it, from the moment it is known in memory, and from the save. ms */
interface Shown {
  readonly view: number
  readonly save: number
}

/** A live list of everybody in the built app, offline, and one person after the other renamed; the processor as it is. */
export async function measureLiveView({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 10_000
  const office = await services.openOffice(count)
  const foreign = watchForeignCpu()
  const runs = await inBrowser(newProfile(services), async (page, context) => {
    await logInField(page, office.web.address)
    await awaitFirstSync(page, count)
    await page.waitForTimeout(2_000)
    await context.setOffline(true)
    const each: Shown[][] = []
    for (let run = 0; run < times; run += 1) each.push(await callProbe<Shown[]>(page, 'liveView', { count, changes }))
    return each
  })
  const p95 = (key: keyof Shown) => runs.map((run) => quantile(run.map((one) => one[key]), 0.95))
  const middle = rounded(median(runs.flat().map(({ view }) => view)))
  const detail = `p95 of ${changes} changes, a list of ${count} people; from the change in memory until the list has it, p50 ${middle} ms; from the save, p95 ${p95('save').map(rounded).join('/')} ms; other processes ${foreign()} % of the cores`
  return [compareRuns({ name: 'live-view', detail, unit: 'ms', reference: 'budget', ours: p95('view'), floor: [budgetMs] })]
}
