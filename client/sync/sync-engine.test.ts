import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }

describe('openSyncEngine', () => {
  it('brings the territory to the phone, says n of m, and shows it after a cold start without network', async () => {
    device = new FieldDevice()
    device.server.pageSize = 40
    device.server.put('places', ward)
    const people = Array.from({ length: 100 }, (_, n) => ({ id: randomUUID(), type: 'person', name: `Person ${n}`, householdId: randomUUID(), wardId }))
    for (const person of people) device.server.put('people', person)
    const first = await device.start()
    const seen: string[] = []
    first.onStatus(({ firstSync }) => seen.push(`${firstSync.received}/${firstSync.total}`))
    await first.inSync()
    expect(first.status().firstSync).toEqual({ received: 101, total: 101, done: true })
    expect(seen).toContain('41/101')
    await device.stop(first)
    device.server.mishap = () => 'no-line'
    const second = await device.start()
    const shown = await second.records.list({ collection: 'people', type: 'person' })
    expect(shown.records.map((person) => person['name']).sort()).toEqual(people.map((person) => person.name).sort())
    expect(second.status().firstSync.done).toBe(true)
  })

  it('saves without network, shows the effect, sends by itself and shows the receipt', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    const householdId = randomUUID()
    const args = { householdId, wardId, houseNumber: '12', street: 'Main', latitude: null, longitude: null }
    const saved = await engine.sink.submit('household.add', args, { title: '12 Main' })
    expect(saved).toMatchObject({ seq: 1, verdict: null })
    const shown = await engine.records.list({ collection: 'places', type: 'household', parent: wardId })
    expect(shown.records).toMatchObject([{ id: householdId, houseNumber: '12' }])
    expect(shown.pending.has(householdId)).toBe(true)
    await until(() => engine.status().items.length === 1)
    expect(engine.status()).toMatchObject({ unsent: 1, allReceived: false })
    const document = { id: householdId, type: 'household', rev: 7, wardId, houseNumber: '12', street: 'Main Road' }
    device.server.judge = () => ({ verdict: 'applied', records: [{ collection: 'places', document }] })
    device.server.mishap = () => null
    engine.syncNow()
    await until(() => engine.status().allReceived)
    expect(engine.status().items[0]).toMatchObject({ state: 'received', title: '12 Main', receipt: { receivedAt: device.server.serverTime } })
    expect(await engine.records.get('places', 'household', householdId)).toMatchObject({ street: 'Main Road' })
    expect(device.server.commands.size).toBe(1)
  })
})
