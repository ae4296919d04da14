import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openPostgresFloor } from '../floors/postgres-floor.ts'
import { alternate } from '../stage/alternate.ts'
import { onConnections, width } from '../stage/http-connection.ts'
import { openPeopleFeed, type PeopleFeed } from '../stage/people-feed.ts'

/** 8 connections read the whole `people` feed of one ward from a real server process. */
export async function measurePull({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 10_000
  const office = await services.openOffice(count)
  const session = await logInTo(office.web.address, 'field_worker')
  const feed = openPeopleFeed(session.reply.accessToken)
  const whole = await countFeed(office.web.address, { feed, count })
  const floor = await openPostgresFloor(services, count)
  const {
    ours,
    floor: floors,
    note
  } = await alternate(times, {
    floor: floor.readAll,
    async ours() {
      const { seconds, results } = await onConnections(office.web.address, feed.readBytes)
      if (results.some((bytes) => bytes !== whole))
        throw new Error(`a connection did not read ${whole} bytes: ${results.join()}`)
      return (width * count) / seconds
    }
  })
  const detail = `8 connections, ${count} documents each, ${Math.round(whole / count)} bytes a document, fsync on; ${note}`
  const reference = 'row_to_json + string_agg in Postgres, 8 conn, pages of 1000 below the horizon'
  return [compareRuns({ name: 'pull-http', detail, unit: 'docs/s', reference, ours, floor: floors })]
}

/** Reads the feed once, parsed: that all are there is known before the clock runs. Resolves to the bytes of the documents. */
async function countFeed(address: string, { feed, count }: { feed: PeopleFeed; count: number }): Promise<number> {
  const { results } = await onConnections(address, async (connection, index) =>
    index === 0 ? feed.readPages(connection) : []
  )
  const pages = results[0] ?? []
  const ids = new Set(pages.flatMap((page) => (JSON.parse(page) as { id: string }[]).map(({ id }) => id)))
  if (ids.size !== count) throw new Error(`the feed brought ${ids.size} of ${count} people`)
  return pages.reduce((sum, page) => sum + Buffer.byteLength(page), 0)
}
