import 'fake-indexeddb/auto'
import { afterEach, expect, it } from 'vitest'
import { Outbox } from '#client/local-store/outbox.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { FieldDevice, until } from '../field-device.ts'
import { StandInServer } from '../stand-in-server.ts'
import { loadDatabases, type FoundDatabase } from './load-databases.ts'
import found from './50e13af.json' with { type: 'json' }

/**
 * 50e13af.json was written by the app of commit 50e13af on fake-indexeddb: 12 people and a contact fetched, one household
 * received, then without a network a household with a photo, a person in it, and a correction of a person who was fetched.
 */
const id = (n: number): string => `0195d000-0000-7000-8000-${String(n).padStart(12, '0')}`

let device: FieldDevice
afterEach(() => device.stopAll())

async function expectAll(engine: SyncEngine): Promise<void> {
  const { records } = await engine.records.list({ collection: 'people', type: 'person' })
  expect(records).toHaveLength(13)
  expect(await engine.records.get('people', 'person', id(103))).toMatchObject({ name: 'सुनीता जाधव', birthYear: 1979 })
  expect(await engine.records.get('people', 'person', id(120))).toMatchObject({ name: 'Kamla Devi', householdId: id(3) })
  expect(await engine.records.get('contacts', 'person_contact', id(200))).toMatchObject({ phone: '+919820123456' })
  expect(await (await engine.photo(id(300)))?.text()).toBe('the bytes of a photo')
  await engine.people.load()
  expect((await engine.people.search('9820123456')).map((hit) => hit.id)).toEqual([id(103)])
}

it('opens what the app of 50e13af left on a phone, loses nothing, twice, and sends what waited in its order', async () => {
  device = new FieldDevice()
  Object.assign(device.info, found.info)
  Object.assign(device, { server: new StandInServer(found.info.tenant.tenantId) })
  await loadDatabases(found.databases as unknown as FoundDatabase[])
  device.server.mishap = () => 'no-line'
  let engine = await device.start()
  expect(engine.status().items.map(({ seq, name, title, state }) => ({ seq, name, title, state }))).toEqual([
    { seq: 1, name: 'household.add', title: '2 Hill', state: 'received' },
    { seq: 2, name: 'household.add', title: '3 Hill', state: expect.stringMatching(/saved|sending/) },
    { seq: 3, name: 'person.add', title: '', state: expect.stringMatching(/saved|sending/) },
    { seq: 4, name: 'person.edit', title: '', state: expect.stringMatching(/saved|sending/) }
  ])
  await expectAll(engine)
  await device.stop(engine)
  engine = await device.start()
  await expectAll(engine)
  const later = await engine.sink.submit('person.edit', { personId: id(120), changes: { birthYear: 1951 } }, { base: { birthYear: 1950 } })
  expect(later.seq).toBe(5)
  device.server.mishap = () => null
  engine.syncNow()
  await until(() => engine.status().unsent === 0)
  const sent = device.server.requests.flatMap(({ path, body }) => (path.endsWith('/push') ? (body as { commands: { seq: number }[] }).commands : []))
  expect([...new Set(sent.map(({ seq }) => seq))]).toEqual([2, 3, 4, 5])
})

it('keeps the draft that was half written', async () => {
  device = new FieldDevice()
  const { info } = found
  const outbox = new Outbox({ tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId })
  expect(await outbox.setting('draft')).toEqual({ text: 'half written' })
  outbox.close()
})
