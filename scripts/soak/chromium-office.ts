import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { makeSoakOffice, soakPassword } from './office-rows.ts'

/**
 * Makes a small office with two field workers of overlapping wards in the database that DATABASE_URL names, for the model test in Chromium, and answers
 * its SQL as the owner, on this machine only, until it is ended: `POST {sql, values}` gives the rows. `$1` is the office.
 */
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
await client.connect()
const rows = async <Row>(tenantId: string, sql: string, values: unknown[] = []): Promise<Row[]> => {
  await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId])
  return (await client.query(sql, values)).rows as Row[]
}
const office = await makeSoakOffice({ rows }, { number: Math.floor(Math.random() * 26 ** 4), territories: [[0, 1], [1, 2]] })

const server = createServer((request, response) => {
  const answer = async () => {
    const { sql, values } = JSON.parse(await text(request)) as { sql: string; values: unknown[] }
    return JSON.stringify(await rows(office.tenantId, sql, [office.tenantId, ...values]))
  }
  answer().then((body) => response.end(body), (error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  console.log(`office-ready ${JSON.stringify({ made: JSON.stringify({ ...office, password: soakPassword }), control: `http://127.0.0.1:${port}` })}`)
})
