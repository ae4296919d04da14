import type { Command } from '#shared/protocol/command.ts'
import type { PushReply } from '#shared/protocol/push.ts'
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

/** Sends commands as a device does. Throws when the answer is no reply to a push. */
export async function pushCommands(session: TestSession, commands: readonly Command[]): Promise<PushReply> {
  const body = { protocol: 1, app: 'test', commands, deviceTime: Date.now() }
  const response = await session.call('POST', '/api/v1/sync/push', body)
  if (response.status !== 200) throw new Error(`A push was answered with ${response.status}.`)
  return (await response.json()) as PushReply
}
