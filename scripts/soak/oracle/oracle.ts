import pg from 'pg'
import { sealedFieldsOf } from '#server/postgres/sealed-fields.ts'
import type { ClonedDatabase } from '#server/testing/database-clone.ts'
import { testKeys } from '#server/testing/start-test-server.ts'
import { installOfficeBackup } from '../server/office-backup.ts'
import { oracleSchema, oracleTables, oracleTriggers } from './oracle-schema.ts'

export interface OracleRecord {
  collection: string
  type: string
  id: string
  rev: number
  document: Record<string, unknown>
}

/** One version of a record and whom it is for. */
export interface SeenBy {
  everyone: boolean
  wardId: string | null
  /** Of the ward only those who are not limited to other departments. */
  departmental: boolean
  departmentId: string | null
  people: string[]
}

/** The database asked directly, past the server: the truth that devices are compared with. */
export interface Oracle {
  /** Every record that this field worker may see now, by id. */
  visibleTo(tenantId: string, userId: string): Promise<Map<string, OracleRecord>>
  /** Who may see which version: `id rev` -> whom it is for; several where a backup came back. */
  versions(tenantId: string): Promise<Map<string, SeenBy[]>>
  /** A hash over all rows of the office per table, but the books about devices and logins. */
  digest(tenantId: string): Promise<Map<string, string>>
  rows<Row>(tenantId: string, sql: string, values?: unknown[]): Promise<Row[]>
  /** Keeps the office as it is now; forgets what was kept before. */
  backUp(tenantId: string): Promise<void>
  /** Puts the office back; false when nothing is kept. Nobody may use it meanwhile. */
  restore(tenantId: string): Promise<boolean>
  close(): Promise<void>
}

export async function installOracle(database: ClonedDatabase): Promise<Oracle> {
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 4 })
  await pool.query(oracleSchema)
  await pool.query(oracleTriggers())
  const tables = await tablesOf(pool)
  await installOfficeBackup(pool, tables)

  const within = <Result>(tenantId: string, begin: string, work: (client: pg.PoolClient) => Promise<Result>) =>
    inTransaction(pool, begin, async (client) => {
      await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId])
      return work(client)
    })
  const rows = <Row>(tenantId: string, sql: string, values: unknown[] = []) =>
    within(tenantId, 'begin', async (client) => (await client.query(sql, values)).rows as Row[])

  return {
    rows,
    async visibleTo(tenantId, userId) {
      const found = await rows<OracleRecord>(tenantId, visibleSql, [tenantId, userId])
      return new Map(found.map((row) => [row.id, { ...row, rev: Number(row.rev), document: opened(tenantId, row.document) }]))
    },
    async versions(tenantId) {
      const found = await rows<SeenBy & { id: string; rev: string }>(tenantId,
        'select id, rev::text, everyone, ward_id as "wardId", departmental, department_id as "departmentId", people from soak_seen where tenant_id = $1', [tenantId])
      const versions = new Map<string, SeenBy[]>()
      for (const { id, rev, ...seen } of found) versions.set(`${id} ${rev}`, [...(versions.get(`${id} ${rev}`) ?? []), seen])
      return versions
    },
    async digest(tenantId) {
      const parts = tables.filter((table) => !notDigested.has(table)).map((table) =>
        `select '${table}' as name, md5(coalesce(string_agg(${textOf(table)}, '|' order by t::text), '')) as sum from ${table} t where tenant_id = $1`)
      const sums = await rows<{ name: string; sum: string }>(tenantId, parts.join(' union all '), [tenantId])
      return new Map(sums.map(({ name, sum }) => [name, sum]))
    },
    async backUp(tenantId) {
      await within(tenantId, 'begin isolation level repeatable read', (client) => client.query('select soak_back_up($1)', [tenantId]))
    },
    async restore(tenantId) {
      const [row] = await rows<{ restored: boolean }>(tenantId, 'select soak_restore($1) as restored', [tenantId])
      return row?.restored === true
    },
    close: () => pool.end()
  }
}

/** Sealed fields in clear, as devices get them. */
function opened(tenantId: string, document: Record<string, unknown>): Record<string, unknown> {
  return sealedFieldsOf(tenantId, testKeys).openRecord(document)
}

async function inTransaction<Result>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

const notCompared = new Set(['device', 'device_key', 'refresh_token', 'soak_seen'])
/** Jobs that run beside it: what waits to go out is put into its queue, and what was noted is sealed, both some time later. */
const notDigested = new Set(['audit_segment'])
/** Asking again after a command that still waits is noted as a time and changes nothing else. */
const notedTimes: Record<string, string> = { held_command: 'tried_at', outbox: 'relayed_at' }
const textOf = (table: string) => (notedTimes[table] ? `(to_jsonb(t) - '${notedTimes[table]}')::text` : 't::text')

async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace order by 1`)
  return rows.map(({ name }) => name).filter((name) => !notCompared.has(name))
}

/** $1 tenant, $2 a field worker. The last version noted of each row says whom the row is for. */
const visibleSql = `
with mine as (select (select array_agg(ward_id) from user_territory where tenant_id = $1 and user_id = $2) as wards,
  (select department_limit from user_account where tenant_id = $1 and id = $2) as departments),
all_rows as (${Object.entries(oracleTables).map(([table, { type, collection }]) =>
  `select '${collection}' as collection, '${type}' as type, t.id, t.rev, ${table}_document(t)::jsonb as document from ${table} t where t.tenant_id = $1`).join(' union all ')})
select r.* from all_rows r, mine
where exists (select 1 from soak_seen s where s.tenant_id = $1 and s.id = r.id and s.rev = r.rev and not s.lost
  and (s.everyone or $2 = any (s.people)
  or s.ward_id = any (mine.wards) and (not s.departmental or mine.departments is null or s.department_id = any (mine.departments))))`
