import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiClient } from '#client/http/api-client.ts'
import { isStorageFull } from '#client/device/storage-quota.ts'
import { forgetKeptMarker, readKeptMarker, writeKeptMarker } from '#client/local-store/kept-marker.ts'
import { outboxName } from '#client/local-store/database-names.ts'
import { Outbox, type NewCommand } from '#client/local-store/outbox.ts'
import { FieldDevice, wardId } from '#client/testing/field-device.ts'
import { dropOrphans, freeRoom } from './free-room.ts'
import { saveWithRoom } from './save-with-room.ts'

const full = () => new DOMException('no room', 'QuotaExceededError')

/** From the `nth` write on, the phone is full. Gives back how many writes were asked for. */
function fillAfter(nth: number) {
  let writes = 0
  const guard = <Args extends unknown[], Result>(write: (...args: Args) => Result) =>
    function (this: unknown, ...args: Args): Result {
      writes += 1
      if (writes >= nth) throw full()
      return write.apply(this, args)
    }
  const { add, put } = IDBObjectStore.prototype
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(guard(add))
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(guard(put))
  return () => writes
}

afterEach(() => vi.restoreAllMocks())

describe('saving on a full phone', () => {
  const photo = { photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob(['a photo']) }
  const household = { wardId, houseNumber: '5', street: 'Hill Road', latitude: null, longitude: null }

  it('in whichever write the room ends: nothing half saved, the reason known, and the same works once there is room', async () => {
    const device = new FieldDevice()
    device.server.mishap = () => 'no-line'
    const engine = await device.start()
    const submit = () => engine.sink.submit('household.add', { ...household, householdId: randomUUID() }, { blobs: [photo] })
    let refused = 0
    for (let nth = 1; refused < 20; nth += 1) {
      const writes = fillAfter(nth)
      const error: unknown = await submit().then(() => null, (reason: unknown) => reason)
      const asked = writes()
      vi.restoreAllMocks()
      const outbox = new Outbox(engine.owner)
      const [rows, blobs] = [await outbox.rows(), await outbox.blobs()]
      outbox.close()
      if (error === null) {
        expect([rows.length, blobs.length]).toEqual([1, 1])
        break
      }
      expect(asked).toBeGreaterThanOrEqual(nth)
      expect(isStorageFull(error)).toBe(true)
      expect([rows.length, blobs.length]).toEqual([0, 0])
      refused += 1
    }
    expect(refused).toBeGreaterThanOrEqual(3)
    expect(refused).toBeLessThan(20)
    await device.stopAll()
  })

  it('makes room once and tries again; what is about something else is not tried again', async () => {
    let freed = 0
    const save = vi.fn(async () => (freed === 0 ? Promise.reject(full()) : 'saved'))
    const make = async () => (freed += 1)
    expect(await saveWithRoom(save, make)).toBe('saved')
    await expect(saveWithRoom(() => Promise.reject(new Error('other')), make)).rejects.toThrow('other')
    await expect(saveWithRoom(() => Promise.reject(full()), () => Promise.reject(new Error('offline')))).rejects.toSatisfy(isStorageFull)
    expect(freed).toBe(1)
  })
})

describe('making room', () => {
  let outbox: Outbox
  let owner = { tenantSlug: 't', userId: '', deviceId: '' }
  beforeEach(() => {
    owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
    outbox = new Outbox(owner)
  })
  afterEach(() => outbox.close())

  /** A saved command with one photo; gives the photo's id. */
  async function saved(): Promise<{ photoId: string; commandId: string }> {
    const photoId = randomUUID()
    const command = { id: randomUUID(), v: 1, name: 'test.note', args: {}, at: 1, actor: null, device: null }
    const entry: NewCommand = { command, title: '', subject: null, writes: [], touches: [], blobs: [{ photoId, sha256: 'b'.repeat(64), blob: new Blob(['12345']) }] }
    await outbox.append(entry)
    return { photoId, commandId: command.id }
  }

  async function settle(commandId: string, change: { position?: string; generation?: number; durable?: string | null }): Promise<void> {
    const receipt = { hash: 'a'.repeat(64), receivedAt: 1_000, position: change.position ?? '50', batch: randomUUID() }
    const verdicts = [{ id: commandId, verdict: 'applied' as const, receipt, stored: [], issues: [] }]
    const generation = change.generation ?? 1
    await outbox.settle({ verdicts, mismatched: [], serverTime: 1_000, generation, durableTo: { position: change.durable ?? null, keepDays: 14 } })
    await outbox.markApplied([commandId])
    await outbox.putSetting('lastPulledAt', 1_000)
  }

  /** A server that says so of each photo. */
  const server = (state: 'ready' | 'expected') => {
    const reply = state === 'ready' ? { state } : { state, token: 't', endpoint: '/files' }
    return { basePath: '', call: async () => reply, open: () => Promise.reject(new Error('no')) } as unknown as ApiClient
  }

  it('lets go of a photo only when the server says that it holds and has checked it', async () => {
    const { photoId, commandId } = await saved()
    await settle(commandId, {})
    await outbox.updateBlob(photoId, { state: 'uploaded' })
    expect(await freeRoom({ outbox, api: server('expected') })).toEqual({ photos: 0, bytes: 0, commands: 0 })
    expect(await freeRoom({ outbox, api: server('ready') })).toEqual({ photos: 1, bytes: 5, commands: 0 })
    expect(await outbox.blobs()).toEqual([])
    expect(await outbox.rows()).toHaveLength(1)
  })

  it('never drops what is unsent, nor a photo on its way, even where the server says it has all', async () => {
    await saved()
    const half = await saved()
    await outbox.updateBlob(half.photoId, { state: 'uploading', offset: 2 })
    expect(await freeRoom({ outbox, api: server('ready') })).toEqual({ photos: 0, bytes: 0, commands: 0 })
    expect([(await outbox.rows()).length, (await outbox.blobs()).length]).toEqual([2, 2])
  })

  it('drops commands behind the durable mark, but none before a restored server has them again', async () => {
    const old = await saved()
    await outbox.removeBlob(old.photoId)
    await settle(old.commandId, { position: '50', generation: 1, durable: '40' })
    expect((await freeRoom({ outbox, api: server('ready') })).commands).toBe(0)
    const next = await saved()
    await outbox.removeBlob(next.photoId)
    await settle(next.commandId, { position: '50', generation: 2, durable: '60' })
    expect((await freeRoom({ outbox, api: server('ready') })).commands).toBe(0)
    await settle(next.commandId, { generation: 1, durable: '60' })
    expect((await freeRoom({ outbox, api: server('ready') })).commands).toBe(0)
    expect(await outbox.rows()).toHaveLength(2)
  })

  it('collects photos whose command is gone, and only those', async () => {
    const kept = await saved()
    const gone = await saved()
    const { seq } = (await outbox.rows()).find(({ id }) => id === gone.commandId)!
    await deleteRow(outboxName(owner), seq)
    expect(await dropOrphans(outbox)).toEqual({ photos: 1, bytes: 5 })
    expect((await outbox.blobs()).map(({ photoId }) => photoId)).toEqual([kept.photoId])
  })
})

/** As a bug of an older version would have left it. */
function deleteRow(database: string, seq: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database)
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('sealedCommands', 'readwrite')
      transaction.objectStore('sealedCommands').delete(seq)
      transaction.oncomplete = () => {
        opening.result.close()
        resolve()
      }
      transaction.onerror = () => reject(transaction.error)
    }
  })
}

describe('what a browser threw away', () => {
  const owner = { tenantSlug: 'shantipur', userId: 'u1', deviceId: 'd1' }
  const notes = new Map<string, string>()
  const keeper = { getItem: (key: string) => notes.get(key) ?? null, setItem: (key: string, value: string) => void notes.set(key, value), removeItem: (key: string) => void notes.delete(key) }

  it('is known by the note that stayed, also when the device has a new id; deleted on purpose it leaves none', () => {
    expect(readKeptMarker(owner, keeper)).toBeNull()
    writeKeptMarker(owner, { unsent: 3, at: 1_000 }, keeper)
    expect(readKeptMarker({ ...owner, deviceId: 'd2' }, keeper)).toEqual({ unsent: 3, at: 1_000 })
    expect(readKeptMarker({ ...owner, userId: 'u2' }, keeper)).toBeNull()
    forgetKeptMarker('sampark:shantipur:u1:d1:replica', keeper)
    expect(readKeptMarker(owner, keeper)).not.toBeNull()
    forgetKeptMarker(outboxName(owner), keeper)
    expect(readKeptMarker(owner, keeper)).toBeNull()
  })

  it('is noticed once: the first start with a new database', async () => {
    const device = new FieldDevice()
    const engine = await device.start()
    expect([await engine.firstUse(), await engine.firstUse()]).toEqual([true, false])
    await device.stop(engine)
    expect(await (await device.start()).firstUse()).toBe(false)
    await device.stopAll()
  })
})
