import 'fake-indexeddb/auto'
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DeviceOrders } from '#shared/devices/device-orders.ts'
import { sha256Hex } from '#client/device/sha256.ts'
import { createApiClient } from '#client/http/api-client.ts'
import { ownerPrefix, type StoreOwner } from '#client/local-store/database-names.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { ownersHere, wipeDatabases } from '#client/local-store/wipe-databases.ts'
import { damageRow } from '#client/testing/damage-outbox.ts'
import { testClock } from '#client/testing/field-device.ts'
import { makeRescueOffice, type RescueOffice } from '#client/testing/rescue-office.ts'
import { carryOutOrders, type EndingParts } from './carry-out-orders.ts'
import { readEndNote, takeOrders } from './end-note.ts'

/** An office that has ended a device: hands out tokens, keeps what comes, and notes when the device says that it is empty. */
class EndingOffice {
  order: 'surrender' | 'wipe' | 'none' = 'surrender'
  whose: 'device' | 'person' = 'device'
  /** What the upload answers instead of taking the file. */
  upload: 'takes' | 'silent' | 'loses the answer' | 'refuses' = 'takes'
  readonly commands: string[] = []
  /** What phones told of entries that they could not read any more. */
  damaged = 0
  toldWiped = 0
  #tokens = 0
  readonly #crypto: RescueOffice
  readonly #of: StoreOwner

  constructor(crypto: RescueOffice, of: StoreOwner) {
    this.#crypto = crypto
    this.#of = of
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname
    if (path.endsWith('/orders')) return Response.json(this.#orders())
    if (path.endsWith('/wiped')) {
      this.toldWiped += 1
      return new Response(null, { status: 204 })
    }
    const file = init?.body as Blob
    if (this.upload === 'silent') throw new TypeError('no network')
    if (this.upload === 'refuses') return Response.json({}, { status: 422 })
    expect(new Headers(init?.headers).get('authorization')).toBe(`Surrender token ${this.#tokens}`)
    const { content } = await this.#crypto.open(file)
    this.damaged += content.damaged ?? 0
    for (const { command } of content.items) if (!this.commands.includes(command.id)) this.commands.push(command.id)
    if (this.upload === 'loses the answer') throw new TypeError('no network')
    return Response.json({ id: randomUUID(), sha256: await sha256Hex(file), commands: content.items.length, photos: 0 }, { status: 201 })
  }

  #orders(): DeviceOrders {
    if (this.order === 'none') return { order: 'none' }
    this.#tokens += 1
    const { deviceId, userId } = this.#of
    return { order: this.order, whose: this.whose, deviceId, userId, uploadToken: `token ${this.#tokens}`, rescueKey: this.#crypto.key }
  }
}

const newOwner = (deviceId: string): StoreOwner => ({ tenantSlug: `t${randomBytes(3).toString('hex')}`, userId: randomUUID(), deviceId })

async function save(owner: StoreOwner): Promise<string> {
  const outbox = new Outbox(owner)
  const id = randomUUID()
  const command = { id, v: 1, name: 'test.file', args: {}, at: 1, actor: null, device: null }
  await outbox.append({ command, title: 'a broken pump', subject: null, writes: [], touches: [], blobs: [] }).finally(() => outbox.close())
  return id
}

interface Phone {
  owner: StoreOwner
  office: EndingOffice
  store: DeviceStore
  parts: EndingParts
  /** Steps that have been done, in their order. */
  done: string[]
  databases(): Promise<string[]>
}

async function endedPhone(): Promise<Phone> {
  const owner = newOwner(randomUUID())
  const office = new EndingOffice(await makeRescueOffice(), owner)
  const store = openDeviceStore(`/o/${owner.tenantSlug}-${randomBytes(3).toString('hex')}`)
  const tokens = { current: async () => null, refresh: async () => null }
  const api = createApiClient({ basePath: '', origin: 'https://office.test', tokens, fetch: office.fetch })
  const done: string[] = []
  const databases = async () =>
    (await indexedDB.databases()).map(({ name = '' }) => name).filter((name) => name.startsWith(`sampark:${owner.tenantSlug}:`))
  const parts: EndingParts = {
    store,
    api,
    clock: testClock(),
    owners: () => ownersHere(owner.tenantSlug),
    async wipe(note) {
      done.push(`wiped with ${office.commands.length} at the office`)
      for (const one of await ownersHere(owner.tenantSlug)) if (note.whose === 'device' || one.userId === note.userId) await wipeDatabases(ownerPrefix(one))
    },
    async forget() {
      await store.put('ending', null)
    }
  }
  return { owner, office, store, parts, done, databases }
}

describe('a device that the office has ended', () => {
  it('is empty only after the office holds everything that was unsent, of everybody who works on it', async () => {
    const { owner, office, store, parts, done, databases } = await endedPhone()
    const ids = [await save(owner), await save({ ...owner, userId: randomUUID() })]
    expect(await takeOrders(parts.api, store)).toBe(true)
    expect(await carryOutOrders(parts)).toMatchObject({ order: 'surrender', surrendered: 2 })
    expect([...office.commands].sort()).toEqual([...ids].sort())
    expect([done, office.toldWiped, await databases(), await readEndNote(store)]).toEqual([['wiped with 2 at the office'], 1, [], null])
  })

  it.each(['silent', 'loses the answer', 'refuses'] as const)('keeps everything while the office %s', async (upload) => {
    const { owner, office, store, parts, done } = await endedPhone()
    const id = await save(owner)
    await takeOrders(parts.api, store)
    office.upload = upload
    await expect(carryOutOrders(parts)).rejects.toThrow()
    const outbox = new Outbox(owner)
    expect((await outbox.rows()).map((row) => row.id)).toEqual([id])
    outbox.close()
    expect([done, office.toldWiped]).toEqual([[], 0])
    office.upload = 'takes'
    await carryOutOrders(parts)
    expect([office.commands, done, office.toldWiped]).toEqual([[id], ['wiped with 1 at the office'], 1])
  })

  it.each([1, 0])('is emptied although an entry is damaged, once the office has the readable %i and the number of the others', async (readable) => {
    const { owner, office, store, parts, done, databases } = await endedPhone()
    await damageRow(owner, await save(owner))
    for (let n = 0; n < readable; n += 1) await save(owner)
    await takeOrders(parts.api, store)
    office.upload = 'silent'
    await expect(carryOutOrders(parts)).rejects.toThrow()
    expect([done, office.damaged]).toEqual([[], 0])
    office.upload = 'takes'
    expect(await carryOutOrders(parts)).toMatchObject({ surrendered: readable })
    expect([office.damaged, office.commands.length, done, await databases()]).toEqual([1, readable, [`wiped with ${readable} at the office`], []])
  })

  it('saves nothing more from the moment it surrenders, in no page', async () => {
    const { owner, office, store, parts } = await endedPhone()
    await save(owner)
    await takeOrders(parts.api, store)
    office.upload = 'silent'
    await expect(carryOutOrders(parts)).rejects.toThrow()
    await expect(save(owner)).rejects.toThrow('shut')
  })

  it('reported stolen wipes itself at once and surrenders nothing, also when that is said in between', async () => {
    for (const before of ['surrender', 'wipe'] as const) {
      const { owner, office, store, parts, databases } = await endedPhone()
      await save(owner)
      office.order = before
      await takeOrders(parts.api, store)
      office.order = 'wipe'
      expect(await carryOutOrders(parts)).toMatchObject({ order: 'wipe', surrendered: 0 })
      expect([office.commands, office.toldWiped, await databases()]).toEqual([[], 1, []])
    }
  })

  it('of which only one person was ended keeps what the others have', async () => {
    const { owner, office, store, parts, databases } = await endedPhone()
    office.whose = 'person'
    const other = { ...owner, userId: randomUUID() }
    const [mine] = [await save(owner), await save(other)]
    await takeOrders(parts.api, store)
    await carryOutOrders(parts)
    expect(office.commands).toEqual([mine])
    expect((await databases()).every((name) => name.startsWith(ownerPrefix(other)))).toBe(true)
    expect(await save(other)).not.toBe('')
  })

  it('is as it was when the office takes its order back before anything was sent', async () => {
    const { owner, office, store, parts, done } = await endedPhone()
    await save(owner)
    await takeOrders(parts.api, store)
    office.order = 'none'
    expect([await carryOutOrders(parts), await readEndNote(store), done]).toEqual(['none', null, []])
    expect(await save(owner)).not.toBe('')
  })
})

class Killed extends Error {}

/** All that the parts do, as steps that are counted; the one that is meant is the last, done or not. */
function doomed({ store, api, clock, ...steps }: EndingParts, last: { step: number; done: boolean }): EndingParts {
  let left = last.step
  const mortal = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => async (...args: unknown[]) => {
        left -= 1
        if (left < 0 || (left === 0 && !last.done)) throw new Killed()
        const result: unknown = await (Reflect.get(object, name) as (...given: unknown[]) => unknown).apply(object, args)
        if (left === 0) throw new Killed()
        return result
      }
    })
  const { owners, wipe, forget } = mortal(steps)
  return { clock, store: mortal(store), api: mortal(api), owners, wipe, forget }
}

/** Note read, owners, orders, upload, note, wipe, word of it, note gone. */
const stepCount = 8

describe('killed at any step', () => {
  it.each(Array.from({ length: 2 * stepCount }, (_, at) => ({ step: Math.floor(at / 2) + 1, done: at % 2 === 1 })))(
    '$step (done: $done), it goes on and loses nothing',
    async (last) => {
      const { owner, office, store, parts, done, databases } = await endedPhone()
      const id = await save(owner)
      await takeOrders(parts.api, store)
      await expect(carryOutOrders(doomed(parts, last))).rejects.toThrow(Killed)
      if (office.commands.length === 0) {
        const outbox = new Outbox(owner)
        expect((await outbox.rows()).map((row) => row.id)).toEqual([id])
        outbox.close()
      }
      if ((await readEndNote(store)) !== null) await carryOutOrders(parts)
      expect([office.commands, new Set(done), await databases(), await readEndNote(store)]).toEqual([[id], new Set(['wiped with 1 at the office']), [], null])
      expect(office.toldWiped).toBeGreaterThan(0)
    }
  )

  it('is counted to the last', async () => {
    const { owner, store, parts } = await endedPhone()
    await save(owner)
    await takeOrders(parts.api, store)
    expect(await carryOutOrders(doomed(parts, { step: stepCount + 1, done: false }))).toMatchObject({ surrendered: 1 })
  })
})
