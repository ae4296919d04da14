import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createPool, type Pool } from './pool.ts'

let database: TestDatabase
let pool: Pool
let operator: pg.Client
const told: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({ url: database.appUrl, name: 'test', max: 1, onError: (error) => told.push(error.message) })
  operator = new pg.Client({ connectionString: database.ownerUrl })
  await operator.connect()
})

afterAll(async () => {
  await operator?.end()
  await pool?.end()
  await database?.drop()
})

test('Postgres ends a connection between two statements of a transaction: the transaction fails, the process lives, and the next one works', async () => {
  const client = await pool.connect()
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
  await client.query('begin')
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  await operator.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  await ended
  await expect(client.query('select 1')).rejects.toThrow()
  client.release()
  expect(told).toContainEqual(expect.stringMatching(/terminat/))
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})
