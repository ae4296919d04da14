import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { sendInBackground } from '#client/service-worker/on-sync.ts'
import { FieldDevice, testSession, until, wardId } from '#client/testing/field-device.ts'
import { browserLine } from './mobile-data.ts'

let device: FieldDevice
afterEach(() => device.stopAll())

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }
const household = () => ({ householdId: randomUUID(), wardId, houseNumber: '5', street: 'Hill', latitude: null, longitude: null })
const photo = () => ({ photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob(['a photo']) })
const asked = (path: string): number => device.server.requests.filter((request) => request.path.endsWith(path)).length

const worker = () => ({
  scope: 'http://office.test/field/',
  app: 'test',
  session: testSession(device.info, device.server.fetch),
  locks: device.locks
})

async function onMobileData() {
  device = new FieldDevice()
  device.server.put('places', ward)
  device.line.become('mobile')
  const engine = await device.start()
  await engine.inSync()
  return engine
}

describe('a phone on mobile data', () => {
  it('sends everything as long as nobody has said otherwise', async () => {
    const engine = await onMobileData()
    await engine.sink.submit('household.add', household())
    await until(() => engine.status().allReceived)
  })

  it('keeps all changes until there is another line, says so, and reads on', async () => {
    const engine = await onMobileData()
    await engine.line.choose('nothing')
    await engine.sink.submit('household.add', household())
    engine.syncNow()
    await until(() => engine.status().unsent === 1 && engine.status().held === 'all')
    device.server.put('places', { ...ward, id: randomUUID(), number: '2' })
    engine.syncNow()
    await until(async () => (await engine.records.list({ collection: 'places', type: 'ward' })).records.length === 2)
    expect(asked('/push')).toBe(0)
    device.line.become('other')
    await until(() => engine.status().allReceived)
    expect(engine.status().held).toBe('none')
  })

  it('sends changes and keeps photos, where that was chosen', async () => {
    const engine = await onMobileData()
    await engine.line.choose('noPhotos')
    await engine.sink.submit('household.add', household(), { blobs: [photo()] })
    await until(() => Boolean(engine.status().items[0]?.receipt))
    await until(() => engine.status().held === 'photos')
    expect(engine.status()).toMatchObject({ photosUnsent: 1, allReceived: false })
    expect(engine.status().items[0]?.photos).toMatchObject([{ state: 'waiting', sentBytes: 0 }])
    await until(async () => (await sendInBackground({ ...worker(), line: device.line }))?.kind === 'later', 'the worker to leave the photo')
    expect(asked('/uploads')).toBe(0)
    device.line.become('other')
    await until(() => asked('/uploads') === 1)
  })

  it('sends over it all the same when the person says so, until the line has changed', async () => {
    const engine = await onMobileData()
    await engine.line.choose('nothing')
    await engine.sink.submit('household.add', household())
    await until(() => engine.status().held === 'all')
    engine.line.sendAnyway()
    engine.syncNow()
    await until(() => engine.status().allReceived)
    device.line.become('mobile')
    await engine.sink.submit('household.add', household())
    await until(() => engine.status().unsent === 1 && engine.status().held === 'all')
  })

  it('keeps to it with the page closed, and after a new start', async () => {
    let engine = await onMobileData()
    await engine.line.choose('nothing')
    await engine.sink.submit('household.add', household())
    await device.stop(engine)
    expect(await sendInBackground({ ...worker(), line: device.line })).toMatchObject({ kind: 'later' })
    engine = await device.start()
    await until(() => engine.status().held === 'all')
    expect(await engine.line.choice()).toBe('nothing')
    expect(asked('/push')).toBe(0)
    await device.stop(engine)
    device.line.become('other')
    expect(await sendInBackground({ ...worker(), line: device.line })).toEqual({ kind: 'clean' })
    expect(asked('/push')).toBe(1)
  })
})

describe('browserLine', () => {
  it.each([
    [{}, 'unknown'],
    [{ connection: new EventTarget() }, 'unknown'],
    [{ connection: Object.assign(new EventTarget(), { type: 'cellular' }) }, 'mobile'],
    [{ connection: Object.assign(new EventTarget(), { type: 'wifi' }) }, 'other']
  ])('%o is %s', (navigator, kind) => {
    expect(browserLine(navigator).kind()).toBe(kind)
  })
})
