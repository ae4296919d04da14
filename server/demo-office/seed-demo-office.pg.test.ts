import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOpen } from '#shared/grievances/grievance-state.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDatabase, type Database, type Tx } from '#server/postgres/transaction.ts'
import { makeTestTenant, testKeys } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import type { DemoOffice } from './demo-office.ts'
import { seedDemoOffice } from './seed-demo-office.ts'

const now = Date.UTC(2026, 10, 21, 6)
const folder = mkdtempSync(join(tmpdir(), 'sampark-seed-'))
const fileStore = createLocalFileStore(folder)
const size = { seed: 3, people: 240, grievances: 80 }

async function seed(database: TestDatabase): Promise<DemoOffice> {
  const owner = createPool({ url: database.ownerUrl, name: 'seed test owner', max: 1 })
  const pool = createPool({ url: database.ownerUrl, name: 'seed test', max: 4 })
  try {
    return await seedDemoOffice(owner, createDatabase(pool, testKeys), { ...size, now, fileStore, log: () => undefined })
  } finally {
    await Promise.all([owner.end(), pool.end()])
  }
}

describe('a seeded database', () => {
  let database: TestDatabase
  let office: DemoOffice
  let app: Pool
  let asOffice: Database

  beforeAll(async () => {
    database = await createTestDatabase()
    office = await seed(database)
    app = createPool({ url: database.appUrl, name: 'seed test', max: 2 })
    asOffice = createDatabase(app)
  })
  afterAll(async () => {
    await app.end()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  const read = <R extends object>(sql: string) =>
    asOffice.withTenant(office, async (tx: Tx) => (await tx.query<R>(sql)).rows)
  const count = async (from: string) => (await read<{ count: number }>(`select count(*)::int from ${from}`))[0]!.count

  it('holds what was asked for, seen by the application inside its tenant', async () => {
    expect(await count('ward')).toBe(42)
    expect(await count('household')).toBe(60)
    expect(await count('person')).toBe(240)
    expect(await count('grievance')).toBe(80)
    expect(await count('grievance_number where main')).toBe(80)
    expect(await count('user_account where demo')).toBe(15)
    expect(await count('category')).toBe(24)
    expect(
      (await read<{ host: string }>('select host from tenant_host order by host')).map(({ host }) => host)
    ).toEqual(['127.0.0.1', 'localhost'])
  })

  it('has every record in the feed, in the scopes of its ward and its people', async () => {
    for (const table of [
      'ward',
      'household',
      'person',
      'person_contact',
      'category',
      'department',
      'user_account',
      'grievance',
      'grievance_event',
      'reporter_contact'
    ]) {
      const missing = `${table} t where not exists (select 1 from sync_document d join sync_feed f using (tenant_id, collection, id) where d.id = t.id and f.present)`
      expect(await count(missing), table).toBe(0)
    }
    const placed = await count(
      `grievance g where ward_id is not null and not exists (select 1 from sync_feed f where f.id = g.id and f.scope = 'ward:' || g.ward_id)`
    )
    expect(placed).toBe(0)
  })

  it('shows open work to the field workers it is assigned to', async () => {
    const states = await read<{ state: string; count: number }>(
      'select state, count(*)::int from grievance where assignee_id is not null group by 1'
    )
    expect(states.filter(({ state }) => isOpen(state as 'assigned')).length).toBeGreaterThanOrEqual(2)
  })

  it('keeps the bytes of every photo that a grievance speaks of', async () => {
    const photos = await read<{ id: string; state: string }>(
      `select p->>'id' as id, p->>'state' as state from grievance, jsonb_array_elements(photos) p`
    )
    expect(photos.length).toBeGreaterThan(40)
    expect(await count(`attachment where state = 'ready'`)).toBe(photos.length)
    for (const { id, state } of photos) {
      expect(state).toBe('ready')
      expect(await fileStore.exists({ tenantId: office.tenantId, id, variant: 'full' })).toBe(true)
    }
  })

  it('refuses a second demo office and changes nothing', async () => {
    await expect(seed(database)).rejects.toThrow('holds the demo office already')
    expect(await count('grievance')).toBe(80)
  })
})

it('refuses a database that holds another office', async () => {
  const database = await createTestDatabase()
  try {
    await makeTestTenant(database)
    await expect(seed(database)).rejects.toThrow('holds an office that is not the demo')
  } finally {
    await database.drop()
  }
})
