import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOperator, makeId, squareAt } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let owner: TestSession
let stranger: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const other = await makeTestTenant(database)
  owner = await logInTo(`${server.url}/o/${tenant.slug}`, 'owner')
  stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
  await fill()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

/** Names, instants and states of which several are alike, so that ids must decide. */
async function fill(): Promise<void> {
  await asOperator(database, tenant.tenantId, async (client) => {
    const by = [tenant.tenantId, tenant.users.officer]
    for (let index = 0; index < 10; index += 1) {
      const seen = index % 3 === 0 ? null : new Date(Date.UTC(2026, 0, 1 + (index % 2)))
      await client.query(`insert into user_account (tenant_id, id, login, name, role) values ($1, $2, $3, $4, 'viewer')`, [tenant.tenantId, makeId(), `clerk${index}`, `Clerk ${index % 3}`])
      await client.query('insert into ward (tenant_id, id, number, name, outline) values ($1, $2, $3, $4, $5)', [tenant.tenantId, makeId(), index % 3 === 0 ? `W${index % 2}` : `${index % 4}b`, `Ward ${index % 2}`, JSON.stringify(squareAt(77 + index / 10, 12))])
      await client.query(`insert into custom_role (tenant_id, id, name, base_role, actions, masks) values ($1, $2, $3, 'viewer', '{}', '{}')`, [tenant.tenantId, makeId(), `Role ${index}`])
      await client.query(
        `insert into api_key (tenant_id, id, name, scopes, masks, secret_hash, created_by, created_at, expires_at, revoked_at)
         values ($1, $2, 'Machine', '{}', '{}', decode(repeat('ab', 32), 'hex'), $3, $4, now() + interval '1 day', case when $5 then now() end)`,
        [tenant.tenantId, makeId(), tenant.users.owner, new Date(Date.UTC(2026, 0, 1 + (index % 2))), index % 3 === 0]
      )
      await client.query('insert into device (tenant_id, id, user_id, last_seen_at) values ($1, $2, $3, $4)', [tenant.tenantId, makeId(), tenant.users.officer, seen])
      await client.query(
        `insert into quarantined_queue (tenant_id, author_id, id, device_id, source, sha256, content_hash, command_ids, photos, bytes, made_at, received_at, status, judged_at, sealed)
         select $1, $2, $3, d.id, 'office', repeat('a', 64), $4, '{}', 0, 1, now(), $5, $6, case when $6 = 'judged' then now() end, case when $6 = 'open' then '\\x00'::bytea end
           from device d where d.tenant_id = $1 order by d.id limit 1`,
        [...by, makeId(), String(index).repeat(64), new Date(Date.UTC(2026, 0, 1 + (index % 2))), index % 3 === 0 ? 'judged' : 'open']
      )
    }
  })
}

interface Page {
  rows: { id: string }[]
  next: string | null
}

async function pageOf(session: TestSession, list: string, query: string): Promise<Page> {
  const answer = await session.call('GET', `/api/v1/${list}${query}`)
  expect(answer.status).toBe(200)
  const { next, ...body } = (await answer.json()) as Record<string, unknown> & { next: string | null }
  return { rows: Object.values(body)[0] as Page['rows'], next }
}

const lists = ['users', 'devices', 'rescue-queues', 'wards', 'roles', 'api-keys']

test.each(lists)('%s come page by page as they come all at once: none twice, none left out', async (list) => {
  const whole = await pageOf(owner, list, '')
  expect(whole.next).toBeNull()
  expect(whole.rows.length).toBeGreaterThanOrEqual(10)
  for (const limit of [1, 3, whole.rows.length]) {
    const ids: string[] = []
    let next: string | null = null
    do {
      const page: Page = await pageOf(owner, list, `?limit=${limit}${next === null ? '' : `&after=${next}`}`)
      expect(page.rows.length).toBeLessThanOrEqual(limit)
      ids.push(...page.rows.map(({ id }) => id))
      next = page.next
    } while (next !== null)
    expect(ids).toEqual(whole.rows.map(({ id }) => id))
  }
})

test.each(lists)('%s go on from no row of another office, and from nothing but an id', async (list) => {
  const [foreign] = (await pageOf(owner, list, '')).rows
  expect(await pageOf(stranger, list, `?after=${foreign?.id}`)).toEqual({ rows: [], next: null })
  expect((await owner.call('GET', `/api/v1/${list}?after=1`)).status).toBe(400)
  expect((await owner.call('GET', `/api/v1/${list}?limit=0`)).status).toBe(400)
})
