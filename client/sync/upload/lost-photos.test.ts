import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryLocks } from '#client/device/locks.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { damagedSettings } from '#client/local-store/sealed-outbox/damaged-settings.ts'
import { damagePhoto, damageSetting, photoOnDisk } from '#client/testing/damage-outbox.ts'
import { TestLine } from '#client/testing/field-device.ts'
import { createLinePolicy } from '../line/line-policy.ts'
import { createStatusDesk } from '../status-desk.ts'
import { makeRescueFiles } from '../rescue/rescue-files.ts'
import { makeRescueOffice } from '#client/testing/rescue-office.ts'
import { uploadPhotos } from './upload-photos.ts'

let owner = { tenantSlug: 't', userId: '', deviceId: '' }
let outbox: Outbox
beforeEach(() => {
  owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
  outbox = new Outbox(owner)
})
afterEach(() => outbox.close())

/** A command that the server has accepted, with a photo; gives both ids. */
async function accepted(): Promise<{ id: string; photoId: string }> {
  const [id, photoId] = [randomUUID(), randomUUID()]
  const command = { id, v: 1, name: 'test.note', args: {}, at: 1, actor: null, device: null }
  const blobs = [{ photoId, sha256: 'b'.repeat(64), blob: new Blob([`the photo ${photoId}`]) }]
  await outbox.append({ command, title: '', subject: null, writes: [], touches: [], blobs })
  const receipt = { hash: 'a'.repeat(64), receivedAt: 1_000, position: '50', batch: randomUUID() }
  const verdicts = [{ id, verdict: 'applied' as const, receipt, stored: [], issues: [] }]
  await outbox.settle({ verdicts, mismatched: [], serverTime: 1_000, generation: 1, durableTo: { position: null, keepDays: 14 } })
  await outbox.markApplied([id])
  return { id, photoId }
}

/** A server that takes each photo whole but for the refused ones; `taken`: whose upload it was asked for. */
function server(refused: readonly string[] = []) {
  const taken: string[] = []
  const api = {
    basePath: '',
    async call({ body }: { body: { photoId: string } }) {
      if (refused.includes(body.photoId)) return { state: 'refused', photoId: body.photoId, reason: 'not_an_image' }
      taken.push(body.photoId)
      return { state: 'expected', photoId: body.photoId, token: 't', expiresAt: 0, endpoint: '/tus' }
    },
    async open(_path: string, { method, headers, body }: { method: string; headers: Record<string, string>; body?: ArrayBuffer }) {
      if (method === 'POST') return new Response(null, { status: 201, headers: { location: '/tus/1' } })
      const offset = Number(headers['upload-offset'] ?? 0) + (body?.byteLength ?? 0)
      return new Response(null, { status: 204, headers: { 'upload-offset': String(offset) } })
    }
  } as unknown as ApiClient
  return { api, taken }
}

async function shown() {
  const desk = createStatusDesk()
  desk.store(await outbox.known())
  return desk.current()
}

const upload = (api: ApiClient) => uploadPhotos({ outbox, api, locks: memoryLocks() })
const pastMark = { position: '51', keepDays: 14 }

describe('a photo that cannot be read any more', () => {
  it('holds back no other, stays as it lies, is shown until a person has seen it, and is tried again at the next start', async () => {
    const damaged = await accepted()
    const whole = await accepted()
    const lying = await damagePhoto(owner, damaged.photoId)
    const { api, taken } = server()
    expect(await upload(api)).toEqual({ kind: 'clean' })
    expect(taken).toEqual([whole.photoId])
    expect(await photoOnDisk(owner, damaged.photoId)).toEqual(lying)
    const { items, attention, allReceived } = await shown()
    expect([items.map(({ state }) => state), attention, allReceived]).toEqual([['attention', 'received'], 1, false])
    await outbox.retryTroubled()
    expect((await outbox.blobs()).find(({ photoId }) => photoId === damaged.photoId)?.state).toBe('waiting')
    await upload(api)
    await outbox.acknowledge(damaged.id)
    expect((await shown()).items[0]).toMatchObject({ state: 'received', photos: [{ state: 'dismissed' }] })
    await upload(api)
    await outbox.retryTroubled()
    expect((await shown()).attention).toBe(0)
  })

  it('is counted to the office in the rescue file, until it was seen', async () => {
    const { id, photoId } = await accepted()
    await damagePhoto(owner, photoId)
    const office = { key: (await makeRescueOffice()).key, owner, clock: { now: () => 1, monotonic: () => 1 } }
    expect((await makeRescueFiles(outbox, office)).files).toHaveLength(1)
    await upload(server().api)
    await outbox.acknowledge(id)
    expect((await makeRescueFiles(outbox, office)).files).toEqual([])
  })
})

describe('a photo that the office refused', () => {
  it('is shown until a person has seen it; then it goes with its command, not before', async () => {
    const refused = await accepted()
    const whole = await accepted()
    expect(await upload(server([refused.photoId]).api)).toEqual({ kind: 'clean' })
    expect((await shown()).items.map(({ state }) => state)).toEqual(['attention', 'received'])
    expect(await outbox.releaseDurable(pastMark, { serverTime: 0, generation: 1 })).toBe(0)
    await outbox.acknowledge(refused.id)
    expect((await shown()).items.map(({ state }) => state)).toEqual(['received', 'received'])
    expect((await outbox.blobs()).map(({ photoId }) => photoId).sort()).toEqual([refused.photoId, whole.photoId].sort())
    expect(await outbox.releaseDurable(pastMark, { serverTime: 0, generation: 1 })).toBe(1)
    expect((await outbox.blobs()).map(({ photoId }) => photoId)).toEqual([whole.photoId])
  })
})

describe('a setting that cannot be read any more', () => {
  it('stops nothing: it is as it was at the beginning, is named, and heals when it is written anew', async () => {
    const line = new TestLine()
    line.become('mobile')
    const policy = createLinePolicy(outbox, line)
    await policy.choose('nothing')
    expect(await policy.held()).toBe('all')
    await damageSetting(owner, 'mobileData')
    expect(await policy.held()).toBe('none')
    expect(await damagedSettings(owner)).toEqual(['mobileData'])
    await policy.choose('noPhotos')
    expect([await policy.held(), await damagedSettings(owner)]).toEqual(['photos', []])
  })
})
