import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { migrate, type Migration } from './migrate.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createEmptyTestDatabase()
})
afterAll(async () => {
  await database?.drop()
})

const roleSecret = 'roles of a throwaway test cluster'
const step = (name: string, sql: string, checksum = name): Migration => ({ name, sql, checksum })
const steps = [step('0001-a.sql', 'create table apple (id int)'), step('0002-b.sql', 'create table berry (id int)')]
const run = (migrations: Migration[]) => migrate({ ownerUrl: database.ownerUrl, roleSecret, migrations })

async function tables(): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class where relname in ('apple', 'berry', 'cherry')`)
    return rows.map((row) => row.name).sort()
  } finally {
    await client.end()
  }
}

test('two starters at once apply each step once, and a second time there is nothing to do', async () => {
  const results = await Promise.all([run(steps), run(steps)])
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001-a.sql', '0002-b.sql'])
  expect((await run(steps)).applied).toEqual([])
})

test('a step that was changed after it was applied, or has vanished, stops with its name', async () => {
  await expect(run([step('0001-a.sql', 'select 1', 'another'), steps[1]!])).rejects.toThrow(/0001-a\.sql was changed/)
  await expect(run([steps[0]!])).rejects.toThrow(/0002-b\.sql was applied .* not in this version/)
})

test('a step that fails leaves nothing behind and can be mended', async () => {
  const broken = step('0003-c.sql', 'create table cherry (id int); select 1/0')
  await expect(run([...steps, broken])).rejects.toThrow(/0003-c\.sql failed/)
  expect(await tables()).toEqual(['apple', 'berry'])
  await run([...steps, step('0003-c.sql', 'create table cherry (id int)')])
  expect(await tables()).toEqual(['apple', 'berry', 'cherry'])
})
