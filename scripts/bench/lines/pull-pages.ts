import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, median, quantile, rounded, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { alternate } from '../stage/alternate.ts'
import { addPeople, addWards } from '../stage/bench-people.ts'
import type { BenchServices } from '../stage/bench-services.ts'
import { openConnection } from '../stage/http-connection.ts'
import { openPeopleFeed } from '../stage/people-feed.ts'

const wardCount = 300
const budgetMs = 10

/**
 * One connection reads the people of 300 wards page by page, from a feed of 1,000,000 rows (`--docs N` makes it N) and
 * from one of a tenth: what a page takes from its request to its last byte must not grow with the feed.
 */
export async function measurePullPages({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 1_000_000
  const tenth = Math.max(1, Math.round(count / 10))
  const [small, large] = [await openWide(services, tenth), await openWide(services, count)]
  const { ours, floor, note } = await alternate(times, { floor: small.readPages, ours: large.readPages })
  const p95 = (runs: number[][]) => runs.map((pages) => quantile(pages, 0.95))
  const pages = ours[0]!.length
  const detail = `p95 of ${pages} pages of 1,000 on one connection, ${count} feed rows in ${wardCount} scopes of the device; p50 ${rounded(median(ours.flat()))} ms; ${note}`
  const common = { name: 'pull-http', detail, unit: 'ms', ours: p95(ours) }
  return [
    compareRuns({ ...common, reference: 'budget', floor: [budgetMs] }),
    compareRuns({ ...common, reference: `the same from ${tenth.toLocaleString('en')} feed rows`, floor: p95(floor) })
  ]
}

/** Resolves to the milliseconds of each page, the empty last one included. Throws when a document is missing. */
async function openWide(services: BenchServices, count: number): Promise<{ readPages: () => Promise<number[]> }> {
  services.log(`  ${count} feed rows in ${wardCount} scopes`)
  const { database, tenant, web } = await services.openOffice(0)
  const wardIds = await addWards(database.ownerUrl, { tenantId: tenant.tenantId, userId: tenant.users.field_worker, count: wardCount })
  await addPeople(database.ownerUrl, { tenantId: tenant.tenantId, wardIds, count })
  const { reply } = await logInTo(web.address, 'field_worker')
  return {
    async readPages() {
      const connection = openConnection(web.address)
      const waits: number[] = []
      const ids = new Set<string>()
      const timed: typeof connection = {
        ...connection,
        async post(...asked) {
          const sentAt = performance.now()
          const body = await connection.post(...asked)
          waits.push(performance.now() - sentAt)
          return body
        }
      }
      try {
        for (const page of await openPeopleFeed(reply.accessToken).readPages(timed)) for (const { id } of JSON.parse(page) as { id: string }[]) ids.add(id)
      } finally {
        connection.close()
      }
      if (ids.size !== count) throw new Error(`the feed of ${wardCount} wards brought ${ids.size} of ${count} people`)
      return waits
    }
  }
}
