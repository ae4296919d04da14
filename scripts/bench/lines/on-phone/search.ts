import type { Page } from '@playwright/test'
import { compareRuns, median, quantile, rounded, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { alternate } from '../../stage/alternate.ts'
import { awaitFirstSync, callProbe, inBrowser, installProbe, logInField, newProfile, slowDown } from '../../stage/bench-browser.ts'
import { askAcross, nameEverybody, type Asked } from '../../stage/bench-names.ts'

const throttle = 6
const budgetMs = 50
const typedNames = 12
const askedForRecall = 1_000
const shown = 50

interface Searched {
  /** Of each letter typed, ms. */
  readonly waits: number[]
  readonly found: number
}

/**
 * A phone full of people with names in two scripts, searched letter by letter with a slowed processor. The throttle does not
 * reach a worker, so the same index is measured in the page as well, where the app puts it when there are no workers.
 */
export async function measureSearch({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 50_000
  const office = await services.openOffice(people)
  await nameEverybody(office)
  const asked = await askAcross(office, askedForRecall)
  const origin = office.web.address
  const profile = newProfile(services)
  await inBrowser(profile, (page) => logInField(page, origin).then(() => awaitFirstSync(page, people)), { keep: true })
  const search = (where: 'worker' | 'page') => () => inBrowser(profile, (page) => searchIn(page, { origin, where, asked }), { keep: true })
  const { ours: worker, floor: inPage, note } = await alternate(times, { floor: search('page'), ours: search('worker') })
  const row = (reference: string, runs: Searched[]): BenchRow => {
    const all = runs.map(({ waits }) => waits)
    const detail = `p95 of ${all[0]!.length} letters typed, ${people} people in Devanagari and Latin letters, best ${shown} in the page, ${throttle}x CPU throttle of the page; p50 ${rounded(median(all.flat()))} ms; ${note}`
    return compareRuns({ name: 'search', detail, unit: 'ms', reference, ours: all.map((waits) => quantile(waits, 0.95)), floor: [budgetMs] })
  }
  const detail = `of ${asked.length} people asked for in the other script or another spelling, names the folding was not tuned on: among the first ${shown} of ${people}`
  return [
    row('budget, index in its worker, which the throttle does not reach', worker),
    row('budget, index in the page, so that all of it is slowed', inPage),
    compareRuns({ name: 'search', detail, unit: 'found', reference: 'all asked for across scripts', ours: worker.map(({ found }) => found), floor: [asked.length] })
  ]
}

/** Opens the app with everybody on the phone, searches slowed, then counts what is found at full speed. */
async function searchIn(page: Page, { origin, where, asked }: { origin: string; where: 'worker' | 'page'; asked: readonly Asked[] }): Promise<Searched> {
  await installProbe(page)
  if (where === 'page') await page.addInitScript('delete window.Worker')
  await page.goto(`${origin}/field/`)
  const queries = asked.slice(0, typedNames).flatMap(({ query }) => Array.from(query, (_letter, at) => query.slice(0, at + 1)))
  await callProbe(page, 'searchPeople', { queries: ['a'] })
  await slowDown(page, throttle)
  const waits = await callProbe<number[]>(page, 'searchPeople', { queries })
  await slowDown(page, 1)
  return { waits, found: await callProbe<number>(page, 'recall', { asked, limit: shown }) }
}
