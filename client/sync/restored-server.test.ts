import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoredRecord } from '#shared/protocol/push.ts'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'
import type { SyncEngine } from './sync-engine.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }
const place = { wardId, houseNumber: '5', street: 'Hill Road' }

/** The server comes out of a backup that has the ward alone. */
function restore(): void {
  device.server.commands.clear()
  device.server.feed.splice(0)
  device.server.generation += 1
  device.server.put('places', ward)
}

/** A household is saved; the server takes it, and its answer is on its way until the returned `arrive` is called. */
async function answerOnItsWay(engine: SyncEngine): Promise<{ id: string; arrive(): void }> {
  const id = randomUUID()
  const stored: StoredRecord[] = [{ collection: 'places', document: { id, type: 'household', rev: 9, ...place } }]
  let arrive: () => void = () => undefined
  const late = new Promise<void>((resolve) => (arrive = resolve))
  device.server.judge = () => ({ verdict: 'applied', records: stored })
  device.server.delay = (path) => (path.endsWith('/push') ? late : null)
  await engine.sink.submit('household.add', { householdId: id, ...place, latitude: null, longitude: null })
  await until(() => device.server.commands.size === 1, 'the first sending')
  return { id, arrive: () => [(device.server.delay = () => null), arrive()] }
}

/** The page has heard of the restore and made its copies equal. */
async function hearOfIt(engine: SyncEngine): Promise<void> {
  engine.syncNow()
  await until(() => device.server.requests.some(({ path }) => path.endsWith('/compare')), 'the comparison')
  await engine.inSync()
}

/** A page that has heard of a restore while an answer from before it is on its way. */
async function restoredUnderWay() {
  device = new FieldDevice()
  device.server.put('places', ward)
  const engine = await device.start()
  await engine.inSync()
  const { id, arrive } = await answerOnItsWay(engine)
  restore()
  await hearOfIt(engine)
  return { engine, id, arrive }
}

describe('an answer from before a restore that arrives after the page has heard of it', () => {
  it('is no proof: what it received is sent again at once', async () => {
    const { engine, id, arrive } = await restoredUnderWay()
    arrive()
    await until(() => device.server.commands.size === 1, 'the second sending')
    await until(() => engine.status().items[0]?.state === 'received')
    expect(await engine.records.get('places', 'household', id)).toMatchObject({ street: 'Hill Road' })
  })

  it('brings back nothing that the server has no more', async () => {
    const { engine, id, arrive } = await restoredUnderWay()
    device.server.judge = () => ({ verdict: 'rejected' })
    arrive()
    await until(() => engine.status().items[0]?.state === 'rejected')
    await engine.inSync()
    expect(await engine.records.get('places', 'household', id)).toBeNull()
  })
})
