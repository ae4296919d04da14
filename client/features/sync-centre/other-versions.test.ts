import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'
import { isDraining } from './item-words.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }
const household = () => ({ householdId: randomUUID(), wardId, houseNumber: '5', street: 'Hill', latitude: null, longitude: null })

describe('an app that is too old to read', () => {
  it('sends what it saved first, and only then asks for the update', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    await engine.sink.submit('household.add', household())
    device.server.mishap = (path) => (path.endsWith('/pull') ? { status: 426 } : path.endsWith('/push') ? 'no-line' : null)
    engine.syncNow()
    await until(() => engine.status().trouble === 'upgrade' && engine.status().unsent === 1)
    expect(isDraining(engine.status())).toBe(true)
    device.server.mishap = (path) => (path.endsWith('/pull') ? { status: 426 } : null)
    engine.syncNow()
    await until(() => engine.status().unsent === 0)
    expect(device.server.commands.size).toBe(1)
    expect(isDraining(engine.status())).toBe(false)
    expect(engine.status().trouble).toBe('upgrade')
  })
})

describe('a server that knows more', () => {
  it('its fields of a record survive the replica, a restart and a change made here', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const person = { id: randomUUID(), type: 'person', name: 'Asha', householdId: randomUUID(), wardId, birthYear: 1980, aura: { colour: 'blue', rings: [1, null] } }
    device.server.put('people', person)
    device.server.put('people', { id: randomUUID(), type: 'hologram', shimmer: 3 })
    let engine = await device.start()
    await engine.inSync()
    await device.stop(engine)
    device.server.mishap = () => 'no-line'
    engine = await device.start()
    expect(await engine.records.get('people', 'person', person.id)).toMatchObject({ aura: person.aura })
    await engine.sink.submit('person.edit', { personId: person.id, changes: { birthYear: 1981 } }, { base: { birthYear: 1980 } })
    expect(await engine.records.get('people', 'person', person.id)).toMatchObject({ birthYear: 1981, aura: person.aura })
    expect((await engine.records.list({ collection: 'people', type: 'person' })).records).toHaveLength(1)
    device.server.mishap = () => null
    engine.syncNow()
    await until(() => device.server.commands.size === 1)
    expect([...device.server.commands.values()][0]?.command.args).toEqual({ personId: person.id, changes: { birthYear: 1981 } })
  })

  it('may say more in a push reply than this app understands', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    device.server.spoil = (reply) => ({
      ...reply,
      moonPhase: 'full',
      verdicts: reply.verdicts.map((verdict) => ({ ...verdict, mood: 'glad', stored: verdict.stored.map((one) => ({ ...one, extra: 1 })) }))
    })
    const args = household()
    const document = { ...args, id: args.householdId, type: 'household', rev: 5, balcony: true }
    device.server.judge = () => ({ verdict: 'applied', records: [{ collection: 'places', document }] })
    const engine = await device.start()
    await engine.inSync()
    await engine.sink.submit('household.add', args)
    await until(() => engine.status().allReceived)
    await until(async () => (await engine.records.get('places', 'household', args.householdId))?.['balcony'] === true)
  })
})
