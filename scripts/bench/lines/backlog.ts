import pg from 'pg'
import { compareRuns, median, rounded, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openFloorPage } from '../floors/floor-page.ts'
import { startFloorServer } from '../floors/floor-server.ts'
import { alternate } from '../stage/alternate.ts'
import { awaitFirstSync, callProbe, inBrowser, logInField, newProfile } from '../stage/bench-browser.ts'
import { countPeople } from '../stage/bench-people.ts'
import type { BenchOffice, BenchServices } from '../stage/bench-services.ts'

const atStart = 100

interface Backlog {
  /** From the line's return to the last verdict in the outbox, ms. */
  readonly sent: number
  /** Saving all of them before, ms. */
  readonly made: number
}

/** People added in the built app without a network; from its return until each has the server's verdict. */
export async function measureBacklog({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 1_000
  const office = await services.openOffice(atStart)
  const store = await openStore(services)
  const server = await startFloorServer([], store.take)
  services.onStop(server.close)
  const { ours, floor, note } = await alternate(times, {
    floor: () =>
      inBrowser(newProfile(services), async (page) => {
        const call = await openFloorPage(page, server.address)
        return call<number>('outbox', { address: server.address, count })
      }),
    ours: () => sendOnce(services, office, count)
  })
  if ((await store.count()) !== times * count) throw new Error(`the floor stored ${await store.count()} of ${times * count} rows`)
  const made = rounded(median(ours.map((run) => run.made)))
  const detail = `${count} person.add made offline in the app in ${made} ms, from the network's return to all acknowledged; counted on the server, fsync on; ${note}`
  return [compareRuns({ name: 'backlog', detail, unit: 'ms', reference: 'outbox-floor', ours: ours.map((run) => run.sent), floor })]
}

async function sendOnce(services: BenchServices, { web, fixture, ...office }: BenchOffice, count: number): Promise<Backlog> {
  const before = await countPeople(office)
  const backlog = await inBrowser(newProfile(services), async (page, context) => {
    await logInField(page, web.address)
    await awaitFirstSync(page, before)
    await context.setOffline(true)
    const made = await callProbe<number>(page, 'makeBacklog', { householdId: fixture.householdA, count })
    await callProbe(page, 'awaitSent')
    await context.setOffline(false)
    return { made, sent: await page.evaluate<number>('benchSent') }
  })
  const stored = (await countPeople(office)) - before
  if (stored !== count) throw new Error(`${stored} of ${count} people are stored`)
  return backlog
}

/** The floor's table: each posted body is one durable insert of all its rows. */
async function openStore(services: BenchServices): Promise<{ take(rows: string): Promise<unknown>; count(): Promise<number> }> {
  const { ownerUrl } = await services.emptyDatabase()
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  services.onStop(() => pool.end())
  await pool.query('create table docs (id uuid primary key, name text, gender text, birth_year int, language text, notes text)')
  return {
    take: (rows) => pool.query('insert into docs select * from json_populate_recordset(null::docs, $1)', [rows]),
    async count() {
      const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from docs')
      return rows[0]!.count
    }
  }
}
