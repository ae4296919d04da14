import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

it('what the feed tells while a comparison is under way is written after what the comparison found before', async () => {
  device = new FieldDevice()
  const { server } = device
  const house = { id: randomUUID(), type: 'household', wardId, street: 'Hill Road' }
  // The feed passed it over once: only a comparison brings it.
  server.put('places', { ...house, hidden: true })
  server.put('places', { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} })
  const engine = await device.start()
  await engine.inSync()
  delete server.feed.find(({ document }) => document.id === house.id)!.document['hidden']
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  server.delay = (path) => (path.endsWith('/compare/fetch') ? held : null)
  const report = engine.repair()
  await until(() => server.requests.some(({ path }) => path.endsWith('/compare/fetch')), 'the comparison')
  server.remove('places', house.id, 1)
  for (const id of [randomUUID(), randomUUID()]) {
    server.put('cases', { id, type: 'grievance' })
    engine.syncNow()
    await until(async () => (await engine.records.get('cases', 'grievance', id)) !== null, 'the other collections to be read meanwhile')
  }
  // No other comparison mends it afterwards.
  server.mishap = (path, body) => (path.endsWith('/compare') && (body as { collection: string }).collection === 'places' ? 'no-line' : null)
  release()
  expect(await report).toMatchObject({ mended: [{ collection: 'places', missing: 1 }] })
  await engine.inSync()
  expect(await engine.records.get('places', 'household', house.id)).toBeNull()
})
