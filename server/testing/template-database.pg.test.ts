import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from './template-database.ts'
import { createTestRedis } from './test-redis.ts'
import { Redis } from 'ioredis'

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

describe('a test database', () => {
  let mine: TestDatabase
  let other: TestDatabase
  beforeAll(async () => {
    ;[mine, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
  })
  afterAll(async () => {
    await Promise.all([mine.drop(), other.drop()])
  })

  test('has every migration applied', async () => {
    expect((await ask(mine.ownerUrl, 'select name from schema_migration')).length).toBeGreaterThan(0)
  })

  test('lets each role in under its own name', async () => {
    expect(await ask(mine.appUrl, 'select current_user as name')).toEqual([{ name: 'sampark_app' }])
    expect(await ask(mine.relayUrl, 'select current_user as name')).toEqual([{ name: 'sampark_relay' }])
    expect(await ask(mine.directoryUrl, 'select current_user as name')).toEqual([{ name: 'sampark_directory' }])
  })

  test('shares nothing with another test database', async () => {
    await ask(mine.ownerUrl, 'create table only_here ()')
    expect(await ask(other.ownerUrl, "select to_regclass('only_here') as found")).toEqual([{ found: null }])
  })
})

test('a test Redis shares no key with another test Redis', async () => {
  const [mine, other] = await Promise.all([createTestRedis(), createTestRedis()])
  const here = new Redis(mine.url)
  const there = new Redis(other.url)
  await here.set('key', 'here')
  expect(await there.get('key')).toBeNull()
  await mine.drop()
  expect(await here.get('key')).toBeNull()
  here.disconnect()
  there.disconnect()
})
