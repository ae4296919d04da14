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
}

/** The object, killed at one of its steps. */
function dying<T extends object>(target: T, kill: Kill): T {
  let dead = false
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        const here = name === kill.step
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
const kills = steps.flatMap((step): Kill[] => [
  { step, when: 'before' },
  { step, when: 'after' }
])

describe('a kill', () => {
  it.each(kills)('$when $step loses nothing and doubles nothing', async (kill) => {
    const owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
    const tenantId = randomUUID()
    const server = new StandInServer(tenantId)
    const id = randomUUID()
    let applications = 0
    server.judge = () => {
      applications += 1
      return {
        verdict: 'applied',
        records: [{ collection: 'cases', document: { id, type: 'grievance', rev: 3, state: 'submitted' } }]
      }
    }

    async function life(death: Kill): Promise<void> {
      const outbox = new Outbox(owner)
      const store = await openReplicaStore({ owner, parents: {}, multiInstance: false })
      const tokens = { current: async () => 'token', refresh: async () => 'token' }
      const api = dying(
        createApiClient({ basePath: '', origin: 'http://office.test', tokens, fetch: server.fetch }),
        death
      )
      const common = { locks: memoryLocks(), clock: testClock(), tenantId, app: 'test', memory: newFlushMemory() }
      const mortal = dying(outbox, death)
      try {
        if ((await outbox.rows()).length === 0) {
          const command = { id: randomUUID(), v: 1, name: 'test.file', args: { id }, at: 1, actor: null, device: null }
          await outbox.append({ command, title: '', subject: null, writes: [id], touches: [id], blobs: [] })
        }
        await flushOutbox({ ...common, outbox: mortal, api })
        await applySettledRows(mortal, dying(store, death))
      } catch (error) {
        if (!(error instanceof Killed)) throw error
      } finally {
        outbox.close()
        await store.close()
      }
    }

    await life(kill)
    await life({ step: 'none', when: 'before' })
    const outbox = new Outbox(owner)
    const store = await openReplicaStore({ owner, parents: {}, multiInstance: false })
    expect(await outbox.rows()).toMatchObject([
      { state: 'applied', verdict: 'applied', receipt: { position: expect.any(String) } }
    ])
    expect((await replicaReads(store).get('cases', [id])).get(id)).toMatchObject({ state: 'submitted' })
    expect(applications).toBe(1)
    outbox.close()
    await store.close()
  })
})
