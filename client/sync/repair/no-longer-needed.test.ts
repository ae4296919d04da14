import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

it('a record that the office has no more goes when the command that needed it has ended, not a week later', async () => {
  device = new FieldDevice()
  const { server } = device
  const house = { id: randomUUID(), type: 'household', wardId, houseNumber: '5', street: 'Hill Road', latitude: null, longitude: null }
  server.put('places', { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} })
  server.put('places', house)
  const engine = await device.start()
  await engine.inSync()
  server.judge = () => ({ verdict: 'retry', afterMs: 300 })
  const person = { personId: randomUUID(), householdId: house.id, name: 'Meena', birthYear: null, gender: 'unknown', language: 'en', notes: '', contact: null }
  const { id } = await engine.sink.submit('person.add', person)
  await until(() => server.requests.some(({ path }) => path.endsWith('/push')), 'the command to be sent')
  // The office came out of a backup from before the household.
  server.feed.splice(server.feed.findIndex(({ document }) => document.id === house.id), 1)
  for (const _look of [1, 2]) expect(await engine.repair()).toMatchObject({ mended: [], left: 1 })
  server.judge = () => ({ verdict: 'rejected' })
  await until(() => engine.status().items.find((item) => item.id === id)?.state === 'rejected', 'the command to be refused')
  await until(async () => {
    engine.syncNow()
    return (await engine.records.get('places', 'household', house.id)) === null
  }, 'the household to go')
})
