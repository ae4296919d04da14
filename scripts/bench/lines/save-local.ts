import type { Page } from '@playwright/test'
import { compareRuns, median, quantile, rounded, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { awaitFirstSync, callProbe, fieldText, inBrowser, logInField, newProfile, slowDown } from '../stage/bench-browser.ts'
import { fileCases } from '../stage/bench-cases.ts'
import type { BenchOffice, BenchServices } from '../stage/bench-services.ts'
import { watchForeignCpu } from '../stage/foreign-cpu.ts'

const people = 1_000
const saves = 40
const throttle = 6
const budgetMs = 50

/** A note written on a case in the built app without a network: from the save button until it stands in the timeline as saved on the phone. */
export async function measureSaveLocal({ services, times }: BenchPlan): Promise<BenchRow[]> {
  const office = await services.openOffice(people)
  await fileCases(office, 1)
  const rows: BenchRow[] = []
  for (const photo of [false, true]) {
    const foreign = watchForeignCpu()
    const runs: number[][] = []
    for (let run = 0; run < times; run += 1) runs.push(await saveAll(services, office, { run, photo }))
    const detail = `p95 of ${saves} notes ${photo ? 'with a photo each' : 'without a photo'}, offline, ${throttle}x CPU throttle of the page, the outbox growing from 0 to ${saves}; from the save button until the form has closed and the note stands in the timeline, p50 ${rounded(median(runs.flat()))} ms; other processes ${foreign()} % of the cores`
    rows.push(compareRuns({ name: 'save-local', detail, unit: 'ms', reference: `budget, ${photo ? 'with' : 'without'} photo`, ours: runs.map((waits) => quantile(waits, 0.95)), floor: [budgetMs] }))
  }
  return rows
}

function saveAll(services: BenchServices, { web }: BenchOffice, { run, photo }: { run: number; photo: boolean }): Promise<number[]> {
  return inBrowser(newProfile(services), async (page, context) => {
    await logInField(page, web.address)
    await awaitFirstSync(page, people)
    await openCase(page)
    await page.waitForTimeout(1_000)
    await context.setOffline(true)
    await slowDown(page, throttle)
    return callProbe<number[]>(page, 'saveComments', { texts: { comment: fieldText('field.case.comment') }, run, count: saves, photo })
  })
}

async function openCase(page: Page): Promise<void> {
  await page.click(`a:has-text("${fieldText('field.first.go')}")`)
  await page.click('main a.case')
  await page.waitForSelector(`main button:has-text("${fieldText('field.case.comment')}")`)
}
