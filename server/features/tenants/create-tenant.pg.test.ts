import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await makeTestTenant(database, { slug: 'taken', trackingPrefix: 'TAK', hosts: ['taken.example'] })
})
afterAll(() => database.drop())

test.each([
  ['a short name that is taken', { slug: 'taken' }, 'slug'],
  ['a prefix that is taken', { trackingPrefix: 'TAK' }, 'trackingPrefix'],
  ['a host that leads elsewhere', { hosts: ['TAKEN.example'] }, 'hosts'],
  ['a short name that is no part of an address', { slug: 'Not Good' }, 'slug'],
  ['a prefix with digits', { trackingPrefix: 'T4K' }, 'trackingPrefix']
])('%s is refused by name of the field', async (_what, facts, path) => {
  const unique = { slug: `free-${path.toLowerCase()}`, trackingPrefix: 'FRE' }
  await expect(makeTestTenant(database, { ...unique, ...facts })).rejects.toMatchObject({ fields: [{ path }] })
})
