import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, median, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openFloorPage } from '../floors/floor-page.ts'
import { startFloorServer } from '../floors/floor-server.ts'
import { alternate } from '../stage/alternate.ts'
import { awaitFirstSync, inBrowser, logInField, newProfile, type FirstSync } from '../stage/bench-browser.ts'
import type { BenchOffice, BenchServices } from '../stage/bench-services.ts'
import { openConnection } from '../stage/http-connection.ts'
import { openPeopleFeed } from '../stage/people-feed.ts'

/** The built field app on a fresh profile on disk, until its own query counts everybody of the ward; then five times as many. */
export async function measureFirstSync({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const fewer = docs ?? 10_000
  const rows: BenchRow[] = []
  const each: number[][] = []
  for (const count of [fewer, 5 * fewer]) {
    services.log(`  ${count} documents`)
    const office = await services.openOffice(count)
    const measured = await compareWithFloors({ services, office, count, times })
    each.push(measured.ours)
    rows.push(...(count === fewer ? measured.rows : measured.rows.map((row) => ({ ...row, reference: `${row.reference}, ${count} documents` }))))
    await office.web.stop()
  }
  const detail = `${5 * fewer} documents beside ${fewer} of the same run`
  const [floor = [], ours = []] = each
  return [...rows, compareRuns({ name: 'initial-sync-browser', detail, unit: 'ms', reference: 'the same with 1/5 of the documents', ours, floor })]
}

interface SyncPlan {
  services: BenchServices
  office: BenchOffice
  count: number
  times: number
}

interface Floors {
  bulkAdd: number
  packed: number
}

async function compareWithFloors({ services, office, count, times }: SyncPlan): Promise<{ rows: BenchRow[]; ours: number[] }> {
  const origin = office.web.address
  const pages = await capturePages(origin)
  const server = await startFloorServer(pages)
  const asked = { address: server.address, pages: pages.length, count }
  try {
    const { ours, floor, note } = await alternate(times, {
      floor: () => measureFloors(services, asked),
      ours: () => syncOnce(services, { origin, count })
    })
    const told = Math.round(median(ours.map(({ toldAfterMs }) => toldAfterMs)))
    const bytes = Math.round(pages.reduce((sum, page) => sum + Buffer.byteLength(page), 0) / count)
    const common = {
      name: 'initial-sync-browser',
      detail: `${count} documents of ${bytes} bytes, ${ours[0]!.requests} requests; the screen said so after ${told} ms; ${note}`,
      unit: 'ms',
      ours: ours.map(({ ms }) => ms)
    }
    const rows = [
      compareRuns({ ...common, reference: 'packed-floor', floor: floor.map(({ packed }) => packed * 1000) }),
      compareRuns({ ...common, reference: 'dexie-bulk-add', floor: floor.map(({ bulkAdd }) => bulkAdd * 1000) })
    ]
    return { rows, ours: common.ours }
  } finally {
    await server.close()
  }
}

/** The very documents that our feed sends, as the floors get them. */
async function capturePages(origin: string): Promise<string[]> {
  const session = await logInTo(origin, 'field_worker')
  const connection = openConnection(origin)
  try {
    return await openPeopleFeed(session.reply.accessToken).readPages(connection)
  } finally {
    connection.close()
  }
}

function measureFloors(services: BenchServices, asked: { address: string }): Promise<Floors> {
  return inBrowser(newProfile(services), async (page) => {
    const call = await openFloorPage(page, asked.address)
    return { bulkAdd: await call<number>('bulkAdd', asked), packed: await call<number>('packed', asked) }
  })
}

function syncOnce(services: BenchServices, { origin, count }: { origin: string; count: number }): Promise<FirstSync> {
  return inBrowser(newProfile(services), async (page) => {
    await logInField(page, origin)
    return awaitFirstSync(page, count)
  })
}
