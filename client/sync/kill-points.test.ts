import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memoryLocks } from '#client/device/locks.ts'
import { createApiClient } from '#client/http/api-client.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { replicaReads } from '#client/local-store/replica-reads.ts'
import { openReplicaStore } from '#client/local-store/replica-store.ts'
import { testClock } from '#client/testing/field-device.ts'
import { StandInServer } from '#client/testing/stand-in-server.ts'
import { flushOutbox } from './push/flush-outbox.ts'
import { newFlushMemory } from './push/push-batch.ts'
import { applySettledRows } from './settled-desk.ts'

class Killed extends Error {}

/** Everything from here on fails, as after a kill. `after`: the step itself was still done. */
interface Kill {
  step: string
  when: 'before' | 'after'
  /** The how manyth time, from 1. */
  time: number
  hasHappened?: boolean
}

/** The object, killed at one of its steps. */
function dying<T extends object>(target: T, kill: Kill): T {
  let [dead, times] = [false, 0]
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (name === kill.step) times += 1
        const here = name === kill.step && times === kill.time
        kill.hasHappened ||= here
        if (dead || (here && kill.when === 'before')) {
          dead = true
          throw new Killed()
        }
        const result: unknown = await (value as (...given: unknown[]) => unknown).apply(object, args)
        if (!here) return result
        dead = true
        throw new Killed()
      }
    }
  })
}

const steps = ['unsent', 'markSent', 'call', 'settle', 'settled', 'applyStored', 'markApplied']
const killsAt = (times: readonly number[]): Kill[] =>
  steps.flatMap((step) => times.flatMap((time): Kill[] => [{ step, when: 'before', time }, { step, when: 'after', time }]))
const inPeace: Kill = { step: 'none', when: 'before', time: 1 }

/** An office, a phone with so many commands, and what came of them after the last life. */
function openScene(commands: number) {
  const owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
  const ids = Array.from({ length: commands }, () => randomUUID())
  const server = new StandInServer(randomUUID())
  const judged: string[] = []
  server.judge = ({ args }) => {
    const id = args['id'] as string
    judged.push(id)
    return { verdict: 'applied', records: [{ collection: 'cases', document: { id, type: 'grievance', rev: 3, state: 'submitted' } }] }
  }

  async function saveAll(outbox: Outbox): Promise<void> {
    for (const id of ids) {
      const command = { id: randomUUID(), v: 1, name: 'test.file', args: { id }, at: 1, actor: null, device: null }
      await outbox.append({ command, title: '', subject: null, writes: [id], touches: [id], blobs: [] })
    }
  }

  /** One batch after the other, the next one read and the last one written while the office judges. */
  async function live(kill: Kill): Promise<void> {
    const outbox = new Outbox(owner)
    const store = await openReplicaStore({ owner, parents: {}, multiInstance: false })
    const tokens = { current: async () => 'token', refresh: async () => 'token' }
    const api = dying(createApiClient({ basePath: '', origin: 'http://office.test', tokens, fetch: server.fetch }), kill)
    const memory = { ...newFlushMemory(), count: 1 }
    const [mortal, mortalStore] = [dying(outbox, kill), dying(store, kill)]
    const take = async () => void (await applySettledRows(mortal, mortalStore))
    try {
      if ((await outbox.rows()).length === 0) await saveAll(outbox)
      await flushOutbox({ locks: memoryLocks(), clock: testClock(), tenantId: server.tenantId, app: 'test', memory, outbox: mortal, api, onSettled: take })
      await take()
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    } finally {
      outbox.close()
      await store.close()
    }
  }

  async function expectAllOnce(): Promise<void> {
    const outbox = new Outbox(owner)
    const store = await openReplicaStore({ owner, parents: {}, multiInstance: false })
    const received = { state: 'applied', verdict: 'applied', receipt: { position: expect.any(String) as string } }
    expect(await outbox.rows()).toMatchObject(ids.map(() => received))
    const found = await replicaReads(store).get('cases', ids)
    expect(ids.map((id) => found.get(id)?.['state'])).toEqual(ids.map(() => 'submitted'))
    expect(judged).toEqual(ids)
    outbox.close()
    await store.close()
  }
  return { live, expectAllOnce, server }
}

describe('a kill', () => {
  it.each(killsAt([1]))('$when $step loses nothing and doubles nothing', async (kill) => {
    const scene = openScene(1)
    await scene.live(kill)
    await scene.live(inPeace)
    await scene.expectAllOnce()
  })

  it.each(killsAt([1, 2, 3]))('$when $step of batch $time of a queue loses, doubles and reorders nothing', async (kill) => {
    const scene = openScene(25)
    await scene.live(kill)
    expect(kill.hasHappened).toBe(true)
    await scene.live(inPeace)
    await scene.expectAllOnce()
    const pushes = scene.server.requests.filter(({ path }) => path.endsWith('/push')).length
    expect(pushes).toBeGreaterThan(3)
  })
})
