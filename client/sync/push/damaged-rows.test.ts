import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import type { PushRequest } from '#shared/protocol/push.ts'
import { memoryLocks } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import { createApiClient } from '#client/http/api-client.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { damageRow, rowOnDisk } from '#client/testing/damage-outbox.ts'
import { testClock } from '#client/testing/field-device.ts'
import { StandInServer } from '#client/testing/stand-in-server.ts'
import { createStatusDesk } from '../status-desk.ts'
import { dropOrphans } from '../upload/free-room.ts'
import { flushOutbox } from './flush-outbox.ts'
import { newFlushMemory } from './push-batch.ts'
import { startPushLoop, type PushLoop } from './push-loop.ts'

const tenantId = randomUUID()
const owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
const outbox = new Outbox(owner)
let loop: PushLoop | null = null
afterEach(async () => {
  await loop?.stop()
  outbox.close()
})

async function save(writes: string[], photo?: Blob): Promise<string> {
  const id = randomUUID()
  const command = { id, v: 1, name: 'test.note', args: {}, at: 7, actor: null, device: null }
  const blobs = photo ? [{ photoId: randomUUID(), sha256: 'b'.repeat(64), blob: photo }] : []
  await outbox.append({ command, title: 'A note', subject: null, writes, touches: writes, blobs })
  return id
}

test('a row that was damaged on the disk stays there and is shown; the loop sends all others, also what builds on it', async () => {
  const record = randomUUID()
  const damaged = await save([record], new Blob(['its photo']))
  const others = [await save([record]), await save([])]
  const lying = await damageRow(owner, damaged)
  const opened = new Outbox(owner)
  const server = new StandInServer(tenantId)
  const tokens = { current: async () => 'token', refresh: async () => 'token' }
  const api = createApiClient({ basePath: '', origin: 'http://office.test', tokens, fetch: (input, init) => server.fetch(input, init) })
  const parts = { outbox: opened, api, locks: memoryLocks(), clock: testClock(), tenantId, app: 'test', memory: newFlushMemory() }
  loop = startPushLoop({ flush: () => flushOutbox(parts), random: deviceRandom })
  await vi.waitFor(() => expect(loop?.last()).toEqual({ kind: 'clean' }))
  expect([...server.commands.keys()]).toEqual(others)
  const [told] = server.requests.filter(({ path }) => path.endsWith('/push')).map(({ body }) => (body as PushRequest).unsent)
  expect(told).toEqual({ count: 1, oldestAt: null, items: [] })

  const status = createStatusDesk()
  status.store({ rows: await opened.rows(), blobs: await opened.blobs(), marks: await opened.marks() })
  const { items, unsent, attention, allReceived } = status.current()
  expect([unsent, attention, allReceived]).toEqual([1, 1, false])
  expect(items).toMatchObject([{ id: damaged, state: 'attention', damaged: true, receipt: null }, { damaged: false }, { damaged: false }])

  expect(await dropOrphans(opened)).toEqual({ photos: 0, bytes: 0 })
  expect(await rowOnDisk(owner, damaged)).toEqual(lying)
  opened.close()
})
