import pg from 'pg'
import type { BenchServices } from '../stage/bench-services.ts'
import { personColumns } from '../stage/bench-people.ts'
import { width } from '../stage/http-connection.ts'

const tables = `
create table flat_person (id uuid primary key, xid xid8 not null default pg_current_xact_id(), seq bigint generated always as identity,
  rev bigint not null, household_id uuid not null, ward_id uuid not null, name text not null, gender text not null,
  birth_year int, language text not null, notes text not null);
create index flat_person_position on flat_person (xid, seq);`

const columns = ['id', 'rev', 'household_id', 'ward_id', 'name', 'gender', 'birth_year', 'language', 'notes']

const page = `select count(*)::int as count, '[' || string_agg(json, ',') || ']' as body,
  (array_agg(xid order by xid desc, seq desc))[1] as xid, (array_agg(seq order by xid desc, seq desc))[1] as seq
from (select xid, seq, row_to_json(p)::text as json from (
  select xid, seq, 'person' as type, ${columns.join(', ')} from flat_person
  where (xid, seq) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, seq limit 1000) p) page`

interface Page {
  count: number
  body: string | null
  xid: string
  seq: string
}

/** The same physical work in Postgres alone, through `pg`, over 8 connections, in the cluster that our server uses. */
export interface PostgresFloor {
  /** Every connection reads all documents in pages of 1,000 below the horizon, as JSON made by Postgres. Documents a second. */
  readAll(): Promise<number>
}

export async function openPostgresFloor(services: BenchServices, documents: number): Promise<PostgresFloor> {
  const database = await services.emptyDatabase()
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: width })
  services.onStop(() => pool.end())
  await pool.query(tables)
  for (let from = 0; from < documents; from += 100) {
    await pool.query(
      `insert into flat_person (${columns.join(', ')}) select id, rev, gen_random_uuid(), $1, name, gender, birth_year, language, notes
       from (select ${personColumns} from generate_series($2::int, $3::int) n) p`,
      [wardId, from, Math.min(documents, from + 100) - 1]
    )
  }
  await pool.query('vacuum analyze flat_person')
  return { readAll: () => readAll(pool, documents) }
}

const wardId = '01931234-0000-7000-8000-000000000001'

/** Runs `work` on 8 connections at once; resolves to the seconds that it took. */
export async function onClients(pool: pg.Pool, work: (client: pg.PoolClient, index: number) => Promise<void>): Promise<number> {
  const clients = await Promise.all(Array.from({ length: width }, () => pool.connect()))
  const begun = performance.now()
  await Promise.all(clients.map(work))
  const seconds = (performance.now() - begun) / 1000
  for (const client of clients) client.release()
  return seconds
}

async function readAll(pool: pg.Pool, documents: number): Promise<number> {
  const seconds = await onClients(pool, async (client) => {
    let [at, count]: [string[], number] = [['0', '0'], 0]
    for (let size = 1; size > 0; count += size) {
      const { rows } = await client.query<Page>({ name: 'page', text: page, values: at })
      size = rows[0]!.count
      at = [rows[0]!.xid, rows[0]!.seq]
    }
    if (count !== documents) throw new Error(`the floor read ${count} of ${documents} documents`)
  })
  return (width * documents) / seconds
}
