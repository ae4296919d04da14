import type { Page } from '@playwright/test'
import { compareRuns, median, quantile, rounded, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { awaitFirstSync, callProbe, fieldText, inBrowser, logInField, newProfile, slowDown } from '../../stage/bench-browser.ts'
import { fileCases } from '../../stage/bench-cases.ts'
import type { BenchOffice, BenchServices } from '../../stage/bench-services.ts'
import { watchForeignCpu } from '../../stage/foreign-cpu.ts'

const people = 1_000
const saves = 20
const throttle = 6
const budgetMs = 50

/** Of one run: through the app's sink until the note is durable and laid over what is shown, and through the form. ms */
interface Saves {
  readonly sink: number[]
  readonly form: number[]
}

/** Notes written on a case in the built app without a network, with a slowed processor. */
export async function measureSaveLocal({ services, times }: BenchPlan): Promise<BenchRow[]> {
  const office = await services.openOffice(people)
  await fileCases(office, 1)
  const rows: BenchRow[] = []
  for (const photo of [false, true]) {
    const foreign = watchForeignCpu()
    const runs: Saves[] = []
    for (let run = 0; run < times; run += 1) runs.push(await saveAll(services, office, { run, photo }))
    const row = (key: keyof Saves, told: string): BenchRow => {
      const waits = runs.map((one) => one[key])
      const detail = `p95 of ${saves} notes ${photo ? 'with a photo each' : 'without a photo'}, offline, ${throttle}x CPU throttle of the page; ${told}, p50 ${rounded(median(waits.flat()))} ms; other processes ${foreign()} % of the cores`
      const reference = `budget, ${photo ? 'with' : 'without'} photo${key === 'form' ? ', form and drawing included' : ''}`
      return compareRuns({ name: 'save-local', detail, unit: 'ms', reference, ours: waits.map((one) => quantile(one, 0.95)), floor: [budgetMs] })
    }
    rows.push(row('sink', "from the app's call until the note is durable on the phone and laid over what is shown"))
    rows.push(row('form', 'from the save button until the form has closed and the note stands in the timeline'))
  }
  return rows
}

function saveAll(services: BenchServices, { web }: BenchOffice, { run, photo }: { run: number; photo: boolean }): Promise<Saves> {
  return inBrowser(newProfile(services), async (page, context) => {
    await logInField(page, web.address)
    await awaitFirstSync(page, people)
    await openCase(page)
    await page.waitForTimeout(1_000)
    await context.setOffline(true)
    await slowDown(page, throttle)
    const asked = { texts: { comment: fieldText('field.case.comment') }, run, count: saves, photo }
    return { sink: await callProbe<number[]>(page, 'saveNotes', asked), form: await callProbe<number[]>(page, 'saveComments', asked) }
  })
}

async function openCase(page: Page): Promise<void> {
  await page.click(`a:has-text("${fieldText('field.first.go')}")`)
  await page.click('main a.case')
  await page.waitForSelector(`main button:has-text("${fieldText('field.case.comment')}")`)
}
