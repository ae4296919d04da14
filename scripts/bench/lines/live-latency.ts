import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { logInTo } from '#server/testing/start-test-server.ts'
import { makeId } from '#server/testing/office-fixture.ts'
import { compareRuns, quantile, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openFloorPage } from '../floors/floor-page.ts'
import { startFloorServer } from '../floors/floor-server.ts'
import { alternate } from '../stage/alternate.ts'
import { awaitFirstSync, fieldText, inBrowser, logInField, newProfile } from '../stage/bench-browser.ts'
import { fileCase } from '../stage/bench-cases.ts'
import { openConnection } from '../stage/http-connection.ts'

const writes = 40
const gapMs = 80
let series = 0

/** A write as the writer knows it, by the machine's clock in ms. */
interface Write {
  readonly sentAt: number
  readonly answeredAt: number
}

/** Of one run: from the request on its way to shown, and from its acknowledgement to shown. */
interface Latencies {
  readonly fromSent: number[]
  readonly fromAnswer: number[]
}

/** Grievances filed over the API of one process until they stand in the case list of a phone on another process. */
export async function measureLive({ services, times }: BenchPlan): Promise<BenchRow[]> {
  const office = await services.openOffice(100)
  const other = await office.startAnother()
  const writer = await logInTo(office.web.address, 'field_worker')
  const connection = openConnection(office.web.address)
  const token = writer.reply.accessToken
  const server = await startFloorServer([])
  const echo = openConnection(server.address)
  try {
    const { ours, floor, note } = await alternate(times, {
      floor: () =>
        inBrowser(newProfile(services), async (page) => {
          const call = await openFloorPage(page, server.address)
          await call('listen', { address: server.address })
          return latencies(page, (mark) =>
            echo.post('/echo', JSON.stringify({ id: makeId(), mark, name: mark, notes: 'x'.repeat(300) }))
          )
        }),
      ours: () =>
        inBrowser(newProfile(services), async (page) => {
          await openCaseList(page, other.address)
          return latencies(page, (description) => fileCase(connection, { token, fixture: office.fixture, description }))
        })
    })
    return rowsOf({ ours, floor, note })
  } finally {
    connection.close()
    echo.close()
    await server.close()
  }
}

async function openCaseList(page: Page, origin: string): Promise<void> {
  await logInField(page, origin)
  await awaitFirstSync(page, 100)
  await page.click(`a:has-text("${fieldText('field.first.go')}")`)
  await page.click(`a:has-text("${fieldText('field.tab.cases')}")`)
  await page.click(`button:has-text("${fieldText('field.cases.filed')}")`)
  await sleep(1000)
  await page.evaluate('benchProbe.watchMarks()')
}

/** Writes one after the other, each with a mark that no earlier run used, and waits for all to be seen. Throws when one never is. */
async function latencies(page: Page, write: (mark: string) => Promise<unknown>): Promise<Latencies> {
  const sent = new Map<string, Write>()
  series += 1
  for (let n = 0; n < writes; n += 1) {
    const mark = `(bench-${series}-${n})`
    const sentAt = Date.now()
    await write(mark)
    sent.set(mark, { sentAt, answeredAt: Date.now() })
    await sleep(gapMs)
  }
  const seen = await awaitSeen(page, [...sent.keys()])
  const each = [...sent].map(([mark, { sentAt, answeredAt }]) => ({
    sent: seen[mark]! - sentAt,
    answered: seen[mark]! - answeredAt
  }))
  return { fromSent: each.map((one) => one.sent), fromAnswer: each.map((one) => Math.max(0, one.answered)) }
}

async function awaitSeen(page: Page, marks: readonly string[]): Promise<Record<string, number>> {
  const giveUpAt = Date.now() + 15_000
  for (;;) {
    const seen = await page.evaluate<Record<string, number>>('benchSeen')
    const count = marks.filter((mark) => seen[mark] !== undefined).length
    if (count >= writes) return seen
    if (Date.now() > giveUpAt) throw new Error(`${writes - count} of ${writes} writes were never shown`)
    await sleep(100)
  }
}

/** From the acknowledgement is from the commit, less the way of the reply; from the request is how the peers measure. */
function rowsOf({ ours, floor, note }: { ours: Latencies[]; floor: Latencies[]; note: string }): BenchRow[] {
  const of = (runs: Latencies[], key: keyof Latencies, share: number) => runs.map((run) => quantile(run[key], share))
  const row = (share: number, from: keyof Latencies): BenchRow => {
    const told = from === 'fromSent' ? 'from the request on its way to one process' : 'from its acknowledgement by one process'
    return compareRuns({
      name: 'live-latency',
      detail: `p${share * 100} of ${writes} writes, ${told} until shown in the case list of a phone on another, none lost; ${note}`,
      unit: 'ms',
      reference: `SSE echo + Dexie put + get, p${share * 100}${from === 'fromSent' ? '' : ', from the commit'}`,
      ours: of(ours, from, share),
      floor: of(floor, 'fromSent', share)
    })
  }
  return [row(0.5, 'fromSent'), row(0.95, 'fromSent'), row(0.5, 'fromAnswer'), row(0.95, 'fromAnswer')]
}
