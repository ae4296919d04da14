import type pg from 'pg'
import { trySavepoint, type Database, type Tx } from '#server/postgres/transaction.ts'
import type { TableColumn, TenantTable } from '#server/postgres/tenant-tables.ts'

/** Two offices by their tenant ids, the one that acts and the one whose rows it names, and who looks at what came of it. */
export interface Trespasser {
  readonly app: Database
  readonly superuser: pg.Client
  readonly own: string
  readonly foreign: string
}

/** A value of a type, another one each time where the type has room for it; a number for a type that is not here. */
const valueOf: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  text: 'gen_random_uuid()::text',
  bytea: `decode(md5(random()::text), 'hex')`,
  boolean: 'true',
  jsonb: `'{}'`,
  date: 'current_date',
  xid8: `'7'`,
  'timestamp with time zone': 'now()'
}

function madeUp({ name, type }: TableColumn): string {
  if (name === 'tenant_id') return '$1'
  if (type.endsWith('[]')) return `'{}'`
  return valueOf[type] ?? '1'
}

/**
 * One made-up row in each table in which the office has none, so that the wall has something to hide in every one. What the
 * tables ask of their rows is put aside (as superuser, in a throwaway database): the wall must hold whatever the rows say.
 */
export async function fillEmptyTables(superuser: pg.Client, tenantId: string, tables: readonly TenantTable[]): Promise<void> {
  await superuser.query('set session_replication_role = replica')
  for (const { name, columns } of tables) {
    const { rowCount } = await superuser.query(`select 1 from ${name} where tenant_id = $1 limit 1`, [tenantId])
    if (rowCount) continue
    const { rows: checks } = await superuser.query<{ name: string }>(`select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'`, [name])
    for (const check of checks) await superuser.query(`alter table ${name} drop constraint "${check.name}"`)
    await superuser.query(`insert into ${name} (${listed(columns)}) overriding system value values (${columns.map(madeUp).join(', ')})`, [tenantId])
  }
  await superuser.query('set session_replication_role = origin')
}

const listed = (columns: readonly TableColumn[]) => columns.map(({ name }) => `"${name}"`).join(', ')

/** How many rows an office has in a table, a hash of all of them, and one. */
async function look(superuser: pg.Client, tenantId: string, table: string): Promise<{ count: number; hash: string; sample: unknown }> {
  const { rows } = await superuser.query<{ count: number; hash: string; sample: unknown }>(
    `select count(*)::int as count, md5(string_agg(to_jsonb(t)::text, ',' order by to_jsonb(t)::text)) as hash, (array_agg(to_jsonb(t)))[1] as sample from ${table} t where tenant_id = $1`,
    [tenantId]
  )
  return rows[0]!
}

/**
 * Acts as code that forgot every check would: inside the transaction of one office it names the rows of the other, and all
 * rows. Returns what got through, empty for a wall that holds. A right that the application does not have counts as held.
 */
export async function trespass({ app, superuser, own, foreign }: Trespasser, { name, columns }: TenantTable): Promise<string[]> {
  const [ours, theirs] = [await look(superuser, own, name), await look(superuser, foreign, name)]
  if (ours.count === 0 || theirs.count === 0) return [`${name}: no row on one of the sides, so nothing was tried`]
  const all = listed(columns)
  const through = await app.withTenant({ tenantId: own }, async (tx) => [
    ...(await reaches(tx, `select 1 from ${name} where tenant_id = $1`, { values: [foreign], atMost: 0 })),
    ...(await reaches(tx, `select 1 from ${name}`, { values: [], atMost: ours.count })),
    ...(await reaches(tx, `update ${name} set tenant_id = tenant_id where tenant_id = $1`, { values: [foreign], atMost: 0 })),
    ...(await reaches(tx, `update ${name} set tenant_id = $2 where tenant_id = $1`, { values: [foreign, own], atMost: 0 })),
    ...(await reaches(tx, `delete from ${name} where tenant_id = $1`, { values: [foreign], atMost: 0 })),
    ...(await isHeldBack(tx, `update ${name} set tenant_id = $1`, [foreign])),
    ...(await isHeldBack(tx, `insert into ${name} (${all}) overriding system value select ${all} from jsonb_populate_record(null::${name}, $1)`, [JSON.stringify(theirs.sample)]))
  ])
  const after = await look(superuser, foreign, name)
  return after.hash === theirs.hash ? through : [...through, `${name}: rows of the other office have changed`]
}

const heldBack = /row-level security|permission denied/

async function reaches(tx: Tx, sql: string, { values, atMost }: { values: unknown[]; atMost: number }): Promise<string[]> {
  const outcome = await trySavepoint(tx, () => tx.query(sql, values))
  if ('error' in outcome) return /permission denied/.test(String(outcome.error)) ? [] : [`${sql}: ${String(outcome.error)}`]
  return outcome.value.rowCount > atMost ? [`${sql}: ${outcome.value.rowCount} rows`] : []
}

async function isHeldBack(tx: Tx, sql: string, values: unknown[]): Promise<string[]> {
  const outcome = await trySavepoint(tx, () => tx.query(sql, values))
  if (!('error' in outcome)) return [`${sql}: ${outcome.value.rowCount} rows`]
  return heldBack.test(String(outcome.error)) ? [] : [`${sql}: ${String(outcome.error)}`]
}
