import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inReferenceOrder, readTenantTables, type TenantTable } from '#server/postgres/tenant-tables.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { citusPlan } from './citus-plan.ts'

let database: TestDatabase
let tables: TenantTable[]
let withTenantId: string[]

beforeAll(async () => {
  database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  tables = await readTenantTables((text) => client.query(text))
  const { rows } = await client.query<{ name: string }>(`
    select table_name as name from information_schema.columns join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'tenant_id' and t.table_type = 'BASE TABLE'`)
  withTenantId = rows.map(({ name }) => name)
  await client.end()
})
afterAll(() => database?.drop())

const nameIn = (statement: string) => /'([a-z_]+)'/.exec(statement)?.[1] ?? ''

test('every table of tenants is placed once, after what it refers to, and together with the others', () => {
  const plan = citusPlan(tables)
  const placed = plan.map(nameIn)
  expect(placed.length).toBeGreaterThan(20)
  expect([...placed].sort()).toEqual([...withTenantId].sort())
  for (const table of tables) {
    for (const name of table.references) expect(placed.indexOf(name), `${name} before ${table.name}`).toBeLessThan(placed.indexOf(table.name))
  }
  const distributed = plan.filter((statement) => statement.includes('create_distributed_table'))
  expect(distributed.filter((statement) => statement.includes(`colocate_with => 'none'`))).toEqual([distributed[0]])
  expect(distributed.slice(1).every((statement) => statement.endsWith(`colocate_with => '${nameIn(distributed[0]!)}');`))).toBe(true)
})

test('only the directory has keys that the installation shares, and it refers to nothing that is distributed', () => {
  expect(tables.filter((table) => table.sharedKeys.length > 0).map(({ name }) => name)).toEqual(['tenant', 'tenant_host'])
  expect(citusPlan(tables).slice(0, 2)).toEqual([`select create_reference_table('tenant');`, `select create_reference_table('tenant_host');`])
  const wrong = { name: 'late', columns: [], key: ['tenant_id'], references: ['ward'], sharedKeys: ['late_key'] }
  expect(() => citusPlan([...tables, wrong])).toThrow('late has a key without tenant_id')
})

test('foreign keys in a circle are told, not walked for ever', () => {
  expect(() => inReferenceOrder([{ name: 'a', references: ['b'] }, { name: 'b', references: ['a'] }])).toThrow('circle: a, b')
})
