import type { PushReply } from '#shared/protocol/push.ts'
import { filing, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo } from '#server/testing/start-test-server.ts'
import type { BenchOffice } from './bench-services.ts'
import { openConnection, type HttpConnection } from './http-connection.ts'

/** Files one grievance over the API. Resolves when it is acknowledged; throws when it was not applied. */
export async function fileCase(
  connection: HttpConnection,
  { token, fixture, description }: { token: string; fixture: OfficeFixture; description: string }
): Promise<void> {
  const body = { protocol: 1, app: 'bench', commands: [filing(fixture, { description })], deviceTime: Date.now() }
  const reply = JSON.parse(
    (await connection.post('/api/v1/sync/push', JSON.stringify(body), token)).toString()
  ) as PushReply
  const [verdict] = reply.verdicts
  if (verdict?.verdict !== 'applied') throw new Error(`a grievance was not taken: ${JSON.stringify(verdict)}`)
}

/** Files so many cases of the first ward, by a field worker on a device of his own. */
export async function fileCases({ web, fixture }: BenchOffice, count: number): Promise<void> {
  const session = await logInTo(web.address, 'field_worker')
  const connection = openConnection(web.address)
  for (let n = 0; n < count; n += 1) {
    await fileCase(connection, { token: session.reply.accessToken, fixture, description: `A case of the ward, number ${n}` })
  }
  connection.close()
}
