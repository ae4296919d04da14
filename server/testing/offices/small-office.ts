import { makeOffice, type OfficeFixture } from '../office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '../start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '../template-database.ts'

/** A server on a database of its own with one office: its lists, its officer, and a worker of the first ward. */
export interface SmallOffice {
  readonly database: TestDatabase
  readonly server: TestServer
  readonly tenant: TestTenant
  readonly office: OfficeFixture
  readonly worker: TestSession
  readonly officer: TestSession
  close(): Promise<void>
}

export async function openSmallOffice(): Promise<SmallOffice> {
  const database = await createTestDatabase()
  const server = await startTestServer({ database })
  const tenant = await makeTestTenant(database)
  const office = await makeOffice(database, tenant)
  const worker = await logInTo(server.url, 'field_worker')
  const officer = await logInTo(server.url, 'officer')
  return {
    database,
    server,
    tenant,
    office,
    worker,
    officer,
    async close() {
      await server.close()
      await database.drop()
    }
  }
}
