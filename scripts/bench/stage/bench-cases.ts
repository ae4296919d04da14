import type { PushReply } from '#shared/protocol/push.ts'
import { filing, type OfficeFixture } from '#server/testing/office-fixture.ts'
import type { HttpConnection } from './http-connection.ts'

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
