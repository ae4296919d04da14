import pg from 'pg'
import { makeId } from '#server/testing/office-fixture.ts'
import type { BenchServices } from '../stage/bench-services.ts'
import { width } from '../stage/http-connection.ts'
import { onClients } from './postgres-floor.ts'

/** Rows of one transaction, as `pg` sends them. */
type Batch = Readonly<Record<FloorTable, unknown[]>>
type FloorTable = keyof typeof columnsOf

/** Columns that a push fills for `person.add`; the others have their defaults. */
const columnsOf = {
  person: ['tenant_id', 'id', 'household_id', 'ward_id', 'name', 'gender', 'birth_year', 'language', 'notes'],
  sync_feed: ['tenant_id', 'collection', 'scope', 'id', 'present'],
  command_log: ['tenant_id', 'id', 'name', 'actor_id', 'device_id', 'seq', 'claimed_at', 'received_at', 'verdict', 'receipt_hash', 'batch_id', 'touched']
} as const

/** The rows of a push, written by Postgres alone: same columns, checks and indexes, but no trigger, policy or foreign key. */
export interface PushFloor {
  /**
   * Every one of 8 connections writes `each` people in transactions of `size`: one multi-row insert of the records, one
   * of their feed rows, one of their command log rows. Resolves to records a second; throws when one is missing.
   */
  write(each: number, size: number): Promise<number>
}

export async function openPushFloor(services: BenchServices, ownerUrl: string): Promise<PushFloor> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: width })
  services.onStop(() => pool.end())
  const tables = Object.keys(columnsOf) as FloorTable[]
  for (const table of tables)
    await pool.query(`create table floor_${table} (like ${table} including defaults including constraints including indexes)`)
  async function write(each: number, size: number): Promise<number> {
    await pool.query(`truncate ${tables.map((table) => `floor_${table}`).join(', ')}`)
    const work = Array.from({ length: width }, () => Array.from({ length: each / size }, () => makeBatch(size)))
    const seconds = await onClients(pool, async (client, index) => {
      for (const batch of work[index]!) await writeBatch(client, tables, { batch, size })
    })
    for (const table of tables) await refuseMissing(pool, table, width * each)
    return (width * each) / seconds
  }
  return { write }
}

async function writeBatch(client: pg.PoolClient, tables: FloorTable[], { batch, size }: { batch: Batch; size: number }) {
  await client.query('begin')
  for (const table of tables)
    await client.query({ name: `${table} ${size}`, text: insertStatement(table, size), values: batch[table] })
  await client.query('commit')
}

const statements = new Map<string, string>()

function insertStatement(table: FloorTable, size: number): string {
  const known = statements.get(`${table} ${size}`)
  if (known !== undefined) return known
  const columns = columnsOf[table]
  const row = (at: number) => `(${columns.map((_, column) => `$${at * columns.length + column + 1}`).join(',')})`
  const text = `insert into floor_${table} (${columns.join(',')}) values ${Array.from({ length: size }, (_, at) => row(at)).join(',')}`
  statements.set(`${table} ${size}`, text)
  return text
}

function makeBatch(size: number): Batch {
  const [tenantId, householdId, wardId, userId, deviceId, batchId] = Array.from({ length: 6 }, makeId)
  const at = new Date().toISOString()
  const notes = 'Called back about the ward meeting, prefers mornings, asked for large print, lives on floor 3 and keeps two dogs.'
  const ids = Array.from({ length: size }, () => ({ person: makeId(), command: makeId() }))
  return {
    person: ids.flatMap(({ person }, n) => [tenantId, person, householdId, wardId, `Asha Verma ${n}`, 'female', 1940 + (n % 70), 'hi', notes]),
    sync_feed: ids.flatMap(({ person }) => [tenantId, 'people', `ward:${wardId}`, person, true]),
    command_log: ids.flatMap(({ person, command }, n) => [
      ...[tenantId, command, 'person.add', userId, deviceId, n, at, at, 'applied', `${person}${command}`.replaceAll('-', ''), batchId],
      JSON.stringify([
        { collection: 'people', type: 'person', id: person },
        { collection: 'places', type: 'household', id: householdId }
      ])
    ])
  }
}

async function refuseMissing(pool: pg.Pool, table: FloorTable, wanted: number): Promise<void> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) as count from floor_${table}`)
  if (Number(rows[0]!.count) !== wanted) throw new Error(`the floor stored ${rows[0]!.count} of ${wanted} rows of ${table}`)
}
