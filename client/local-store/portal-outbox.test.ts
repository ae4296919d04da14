import 'fake-indexeddb/auto'
import { afterEach, expect, test } from 'vitest'
import { PortalOutbox, portalOutboxName, type SavedReport } from './portal-outbox.ts'

const outboxes: PortalOutbox[] = []
const open = (basePath = '/o/north'): PortalOutbox => {
  const outbox = new PortalOutbox(basePath)
  outboxes.push(outbox)
  return outbox
}
afterEach(async () => {
  for (const outbox of outboxes.splice(0)) {
    await outbox.close()
    indexedDB.deleteDatabase(outbox.name)
  }
})

const report = (id: string, more: Partial<SavedReport> = {}): SavedReport => ({
  id,
  command: { id, v: 1, seq: 0, name: 'grievance.file', args: { description: id }, at: 1, actor: null, device: null },
  photos: [],
  state: 'waiting',
  number: `SAM-${id}`,
  about: 'Pothole',
  savedAt: 1,
  ...more
})

test('a saved report is there after the page was closed, oldest first', async () => {
  const first = open()
  await first.save(report('b', { savedAt: 2 }))
  await first.save(report('a', { savedAt: 1 }))
  await first.close()
  expect((await open().list()).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('saving a report again does not make it unsent, or change its words', async () => {
  const outbox = open()
  await outbox.save(report('a'))
  await outbox.update('a', { state: 'sent' })
  await outbox.save(report('a', { about: 'Something else' }))
  expect(await outbox.list()).toMatchObject([{ state: 'sent', about: 'Pothole' }])
})

test('a change to a report that was removed brings nothing back', async () => {
  const outbox = open()
  await outbox.save(report('a'))
  await outbox.remove('a')
  await outbox.update('a', { state: 'sent' })
  expect(await outbox.list()).toEqual([])
})

test('each office of a host has a database of its own', async () => {
  await open('/o/north').save(report('a'))
  expect(await open('/o/south').list()).toEqual([])
  expect(portalOutboxName('')).toBe('sampark-portal:home')
})
