import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { fillOffice } from '#server/testing/offices/fill-office.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { demandRoom } from './storage-quota.ts'

let database: TestDatabase
let pool: Pool
let tenant: TestTenant
beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({ url: database.appUrl, name: 'quota', max: 1 })
  tenant = await makeTestTenant(database)
  await fillOffice(database, tenant, createLocalFileStore(makeTestFolder('quota')))
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const demand = (bytes: number) => createDatabase(pool).withTenant({ tenantId: tenant.tenantId }, (tx) => demandRoom(tx, bytes))

test('an upload begins only where the office has room for it; without a limit it always has', async () => {
  await expect(demand(1_000_000)).resolves.toBeUndefined()
  await asOperator(database, tenant.tenantId, (client) => client.query(`update tenant set quotas = '{"storageBytes": 100}' where tenant_id = $1`, [tenant.tenantId]))
  await expect(demand(85)).resolves.toBeUndefined()
  await expect(demand(86)).rejects.toMatchObject({ code: 'storage_full' })
})
