import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { fillEmptyTables, trespass } from '#server/testing/doors/trespass.ts'
import { fillOffice } from '#server/testing/offices/fill-office.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createPool, type Pool } from './pool.ts'
import { readTenantTables, type TenantTable } from './tenant-tables.ts'
import { createDatabase, type Database } from './transaction.ts'

let database: TestDatabase
let pool: Pool
let app: Database
let lake: TestTenant
let hill: TestTenant
let superuser: pg.Client
let tables: TenantTable[]
let uncounted = 0

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({ url: database.appUrl, name: 'test', max: 1, onQueryWithoutTenant: () => (uncounted += 1) })
  app = createDatabase(pool)
  lake = await makeTestTenant(database)
  hill = await makeTestTenant(database)
  superuser = new pg.Client({ connectionString: database.ownerUrl })
  await superuser.connect()
  tables = await readTenantTables((text) => superuser.query(text))
  for (const tenant of [lake, hill]) {
    await fillOffice(database, tenant, { put: () => Promise.resolve() })
    await fillEmptyTables(superuser, tenant.tenantId, tables)
  }
})

afterAll(async () => {
  await superuser?.end()
  await pool?.end()
  await database?.drop()
})

/** Tables that stand outside the rule, each with its reason. */
const outsiders: Record<string, string> = {
  schema_migration: 'belongs to the installation: which migrations are applied'
}

async function catalogue<R extends object>(sql: string): Promise<R[]> {
  return (await superuser.query<R>(sql)).rows
}

test('every table has tenant_id first in its primary key, and row-level security forced with a policy', async () => {
  const tables = await catalogue<{ name: string; secured: boolean; policies: number; first: string | null }>(`
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
      (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where i.indrelid = c.oid and i.indisprimary) as first
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`)
  expect(tables.length).toBeGreaterThan(15)
  const wrong = tables.filter((table) => !(table.name in outsiders) && !(table.secured && table.policies > 0 && table.first === 'tenant_id'))
  expect(wrong).toEqual([])
})

test('every foreign key between tenant tables starts with tenant_id', async () => {
  const keys = await catalogue<{ name: string; first: string; target: string }>(`
    select k.conname as name, k.confrelid::regclass::text as target,
      (select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]) as first
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype = 'f' and n.nspname = 'public'`)
  expect(keys.filter((key) => key.first !== 'tenant_id')).toEqual([])
})

test('no login role owns a table, is superuser or passes the wall', async () => {
  const roles = await catalogue<{ rolname: string }>(`
    select r.rolname from pg_roles r where r.rolname like 'sampark\\_%' and r.rolcanlogin
      and (r.rolsuper or r.rolbypassrls or exists (select 1 from pg_class c where c.relowner = r.oid and c.relkind = 'r'))`)
  expect(roles).toEqual([])
})

test('a query without a tenant sees no row and is counted', async () => {
  const before = uncounted
  const { rows } = await pool.query('select * from ward')
  expect(rows).toEqual([])
  expect(uncounted).toBeGreaterThan(before)
})

test('the tenant of a transaction does not stay on the connection', async () => {
  await app.withTenant({ tenantId: lake.tenantId }, (tx) => tx.query('select 1'))
  const { rows } = await pool.query('select * from ward')
  expect(rows).toEqual([])
})

/** What gets through to the neighbour's rows of a table, in the transaction of the lake's office. */
const intrusions = (table: TenantTable) => trespass({ app, superuser, own: lake.tenantId, foreign: hill.tenantId }, table)

test('below every list, detail and write of every feature: where the code forgets to ask, no table gives, changes, loses or takes a row of another tenant', async () => {
  expect(tables.length).toBeGreaterThan(40)
  const through: string[] = []
  for (const table of tables) through.push(...(await intrusions(table)))
  expect(through).toEqual([])
})

test.each(['tenant_host', 'push_subscription', 'idempotency_key', 'recovery_code'])('the test above sees a wall that is missing: without that of %s the neighbour is read, changed and robbed', async (name) => {
  const table = tables.find((one) => one.name === name)!
  await superuser.query(`alter table ${name} disable row level security`)
  try {
    const through = (await intrusions(table)).join('\n')
    for (const sign of [/select 1 from .*: [1-9]/, /update .*: [1-9]/, /insert into /, /rows of the other office have changed/]) expect(through).toMatch(sign)
  } finally {
    await superuser.query(`alter table ${name} enable row level security`)
  }
})

test('the application can add to the audit log and the command log, and never change or remove', async () => {
  for (const sql of ['update audit_entry set action = $1', 'delete from audit_entry where action = $1', 'update command_log set name = $1', 'delete from command_log where name = $1']) {
    await expect(app.withTenant({ tenantId: lake.tenantId }, (tx) => tx.query(sql, ['x']))).rejects.toThrow(/permission denied/)
  }
})
