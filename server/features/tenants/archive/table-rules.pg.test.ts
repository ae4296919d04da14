import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '#server/postgres/pool.ts'
import { readTenantTables, type TenantTable } from '#server/postgres/tenant-tables.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { leftBehind, planTables } from './table-rules.ts'

let database: TestDatabase
let tables: TenantTable[]
beforeAll(async () => {
  database = await createTestDatabase()
  const pool = createPool({ url: database.ownerUrl, name: 'catalogue', max: 1 })
  tables = await readTenantTables((text) => pool.query(text))
  await pool.end()
})
afterAll(() => database?.drop())

/** Columns that an archive holds although their names or types look like secrets, each with its reason. */
const harmless: Record<string, string> = {
  'attachment.sha256': 'hash of a photo',
  'attachment.storage_key': 'the id of a file',
  'command_log.receipt_hash': 'receipts are shown to their authors',
  'grievance.source_key': 'id over there of an imported request',
  'ward.source_key': 'id over there of an imported ward',
  'quarantined_queue.content_hash': 'hash of a rescued queue',
  'quarantined_queue.sealed': 'unsent work: encrypted for the installation it was made for, judge it before moving',
  'quarantined_queue.sha256': 'hash of a rescue file',
  'receipt_batch.hashes': 'receipts are shown to their authors',
  'receipt_batch.key_id': 'name of a public key'
}

test('every table of the catalogue is exported or stays behind with a reason', () => {
  const left = leftBehind(tables)
  const taken = planTables(tables).map(({ name }) => name)
  expect([...taken, ...Object.keys(left).filter((name) => !name.includes('.'))].sort()).toEqual(tables.map(({ name }) => name).sort())
})

test('a column that looks like a secret leaves only where somebody said why it may', () => {
  const columns = planTables(tables).flatMap((table) => table.columns.map(({ name, type }) => ({ name: `${table.name}.${name}`, type })))
  const suspicious = columns.filter(({ name, type }) => type === 'bytea' || /password|secret|token|hash|sha256|seal|cipher|(^|[._])(key|share|auth|pin|otp|nonce)(_|$)/.test(name))
  expect(suspicious.map(({ name }) => name).sort()).toEqual(Object.keys(harmless).sort())
})

test('what an import writes first is there when something refers to it', () => {
  const taken = planTables(tables).map(({ name }) => name)
  for (const { name, references } of tables) {
    if (!taken.includes(name)) continue
    for (const target of references) expect(taken.indexOf(target), `${target} before ${name}`).toSatisfy((at: number) => at >= 0 && at < taken.indexOf(name))
  }
  expect(taken.at(-1)).toBe('held_command')
})
