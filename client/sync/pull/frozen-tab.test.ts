import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LockPort } from '#client/device/locks.ts'
import { FeedTaken } from '#client/local-store/packed/disk/feed-fence.ts'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'
import { stealableLocks } from '#client/testing/stolen-locks.ts'
import type { SyncEngine } from '../sync-engine.ts'

// RxDB opens a name once in a process: each page has one of its own here, and all are the one database of the device.
const ofDevice = (name: string): string => name.replace(/~\d+/, '')
const open = IDBFactory.prototype.open
beforeAll(() => {
  IDBFactory.prototype.open = function (this: IDBFactory, name: string, version?: number) {
    return version === undefined ? open.call(this, ofDevice(name)) : open.call(this, ofDevice(name), version)
  }
})
afterAll(() => void (IDBFactory.prototype.open = open))

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }
let device: FieldDevice
let house: { id: string; type: string; wardId: string; street: string }

beforeEach(() => {
  device = new FieldDevice()
  house = { id: randomUUID(), type: 'household', wardId, street: 'Hill Road' }
  device.server.put('places', ward)
})
afterEach(() => device.stopAll())

/** The pages of a device: one shared database, shared locks. */
function pages() {
  const shared = stealableLocks()
  const never = () => new Promise<never>(() => undefined)
  /** `deaf`: that its lock was taken has not reached this page yet. */
  const locks = (deaf: boolean): LockPort => ({
    hold: (name, work) => shared.hold(ofDevice(name), work).catch((error: unknown) => (deaf ? never() : Promise.reject(error as Error))),
    tryHold: (name, work, steal) => shared.tryHold(ofDevice(name), work, steal)
  })
  let opened = 0
  const start = (page: { fetch?: typeof fetch; locks: LockPort }) => {
    const { tenant } = device.info
    opened += 1
    return device.start({ ...page, info: { ...device.info, tenant: { ...tenant, slug: `${tenant.slug}~${opened}` } } })
  }
  return {
    /** A page that is frozen with the first answer of this path in its hands that holds the household. */
    async freezing(path: string) {
      let thaw: () => void = () => undefined
      let frozen: Promise<void> | null = null
      const hold: typeof fetch = async (input, init) => {
        const answer = await device.server.fetch(input, init)
        const holds = String(input).endsWith(path) && (await answer.clone().text()).includes(house.id)
        if (holds) frozen ??= new Promise((resolve) => (thaw = resolve))
        await frozen
        return answer
      }
      const engine = await start({ locks: locks(true), fetch: hold })
      await engine.inSync()
      return { engine, isFrozen: () => frozen !== null, thaw: () => thaw() }
    },
    other: () => start({ locks: locks(false) })
  }
}

const household = (engine: SyncEngine) => engine.records.get('places', 'household', house.id)

/** What stands on the disk once the frozen page has gone on with what it held. */
async function afterThaw(all: ReturnType<typeof pages>, frozen: { engine: SyncEngine; thaw(): void }, other: SyncEngine) {
  frozen.thaw()
  await until(() => !frozen.engine.status().pulling, 'the thawed page to have done what it was at')
  for (const engine of [frozen.engine, other]) await device.stop(engine)
  device.server.mishap = () => 'no-line'
  return household(await all.other())
}

async function frozenWithThePage(all: ReturnType<typeof pages>) {
  const frozen = await all.freezing('/pull')
  device.server.put('places', house)
  frozen.engine.syncNow()
  await until(frozen.isFrozen, 'the page to be frozen')
  return frozen
}

describe('a page that the browser froze with an answer in its hands', () => {
  it('does not bring back what left his sight while another page read on', async () => {
    const all = pages()
    const frozen = await frozenWithThePage(all)
    const other = await all.other()
    other.syncNow()
    await until(async () => (await household(other)) !== null, 'the other page to read the household')
    device.server.remove('places', house.id, 1)
    other.syncNow()
    await until(async () => (await household(other)) === null, 'the other page to read that it left')
    expect(await afterThaw(all, frozen, other)).toBeNull()
  })

  it('does not bring back what a restored server has no more, once another page has compared', async () => {
    const all = pages()
    const frozen = await frozenWithThePage(all)
    device.server.feed.splice(0)
    device.server.generation += 1
    device.server.put('places', ward)
    const other = await all.other()
    other.syncNow()
    await until(() => device.server.requests.some(({ path }) => path.endsWith('/compare')), 'the comparison')
    await other.inSync()
    expect(await afterThaw(all, frozen, other)).toBeNull()
  })

  it('writes nothing that it had found in a comparison', async () => {
    const all = pages()
    // The feed passed it over once: only a comparison brings it.
    device.server.put('places', { ...house, hidden: true })
    device.server.put('places', ward)
    const frozen = await all.freezing('/compare/fetch')
    delete device.server.feed.find(({ document }) => document.id === house.id)!.document['hidden']
    const report = frozen.engine.repair().catch((error: unknown) => error)
    await until(frozen.isFrozen, 'the page to be frozen')
    device.server.remove('places', house.id, 1)
    const other = await all.other()
    other.syncNow()
    await other.inSync()
    frozen.thaw()
    expect(await report).toBeInstanceOf(FeedTaken)
    expect(await afterThaw(all, frozen, other)).toBeNull()
  })

  it('goes on reading when it was taken over by a page that is closed again', async () => {
    const all = pages()
    const frozen = await frozenWithThePage(all)
    const other = await all.other()
    other.syncNow()
    await other.inSync()
    await device.stop(other)
    device.server.put('places', { ...house, street: 'Lake Road' })
    frozen.thaw()
    await until(async () => (await household(frozen.engine))?.['street'] === 'Lake Road', 'the thawed page to read on')
    expect(frozen.engine.status().trouble).toBe('none')
  })
})
