import pg from 'pg'
import { makeSoakOffice, soakPassword } from './office-rows.ts'

/**
 * Makes a small office with two field workers of overlapping wards in the database that DATABASE_URL names, for the model test in Chromium, and prints
 * one line of JSON about it.
 */
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
await client.connect()
const rows = async <Row>(tenantId: string, sql: string, values: unknown[] = []): Promise<Row[]> => {
  await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId])
  return (await client.query(sql, values)).rows as Row[]
}
const office = await makeSoakOffice({ rows }, { number: Math.floor(Math.random() * 26 ** 4), territories: [[0, 1], [1, 2]] })
await client.end()
console.log(JSON.stringify({ ...office, password: soakPassword }))
