import { expect, test } from 'vitest'
import type { PokeEvent } from '#shared/protocol/live.ts'
import { createLiveHub, type Listener } from './live-hub.ts'

/** A hub whose horizon and timer the test moves by hand. */
function hubAt(horizon: string) {
  const state = { horizon, timers: [] as (() => void)[], pauses: [] as number[], asked: 0 }
  const hub = createLiveHub({
    async horizon() {
      state.asked += 1
      return state.horizon
    },
    setTimer(run, ms) {
      state.timers.push(run)
      state.pauses.push(ms)
    }
  })
  const tick = async () => {
    for (const run of state.timers.splice(0)) run()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { hub, state, tick }
}

function listenerOf(scopes: string[], more: Partial<Listener> = {}) {
  const pokes: PokeEvent[] = []
  const byes: string[] = []
  const listener: Listener = {
    tenantId: 'office', userId: 'asha', deviceId: 'phone', scopes, collections: new Set(['cases', 'people'] as const),
    poke: (event) => pokes.push(event), bye: (reason) => byes.push(reason), ...more
  }
  return { listener, pokes, byes }
}

const change = { tenantId: 'office', position: '100', scopes: ['ward:1'], collections: ['cases' as const, 'contacts' as const] }

test('a poke waits until the feed shows what it promises', async () => {
  const { hub, state, tick } = hubAt('100')
  const { listener, pokes } = listenerOf(['ward:1'])
  hub.listen(listener)
  hub.receive(change)
  await tick()
  expect(pokes).toEqual([])
  state.horizon = '101'
  await tick()
  expect(pokes).toEqual([{ collections: ['cases'], position: '100' }])
})

test('only streams of the tenant and scope are poked, and only about what they may receive', async () => {
  const { hub, tick } = hubAt('200')
  const own = listenerOf(['ward:1'])
  const otherWard = listenerOf(['ward:2'])
  const otherOffice = listenerOf(['ward:1'], { tenantId: 'another' })
  for (const one of [own, otherWard, otherOffice]) hub.listen(one.listener)
  hub.receive(change)
  await tick()
  expect([own, otherWard, otherOffice].map((one) => one.pokes.length)).toEqual([1, 0, 0])
})

test('a storm becomes one poke at once and one for all the rest, with the highest position', async () => {
  const { hub, tick } = hubAt('5000')
  const { listener, pokes } = listenerOf(['ward:1'])
  hub.listen(listener)
  hub.receive(change)
  await tick()
  for (let n = 1; n <= 1_000; n += 1) {
    hub.receive({ ...change, position: String(1_000 + n), collections: [n % 2 ? 'people' : 'cases'] })
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  for (let n = 0; n < 5; n += 1) await tick()
  expect(pokes).toEqual([
    { collections: ['cases'], position: '100' },
    { collections: ['cases', 'people'], position: '2000' }
  ])
})

test('streams that are told the same share one event', async () => {
  const { hub, tick } = hubAt('200')
  const [one, two] = [listenerOf(['ward:1', 'ward:2']), listenerOf(['ward:1'])]
  hub.listen(one.listener)
  hub.listen(two.listener)
  hub.receive({ ...change, scopes: ['ward:1', 'ward:2'] })
  await tick()
  expect(one.pokes).toHaveLength(1)
  expect(two.pokes[0]).toBe(one.pokes[0])
})

test('a slow transaction is waited for in growing pauses, and a newer announcement asks again at once', async () => {
  const { hub, state, tick } = hubAt('100')
  hub.listen(listenerOf(['ward:1']).listener)
  hub.receive(change)
  for (let n = 0; n < 20; n += 1) await tick()
  expect(state.pauses[0]).toBeLessThanOrEqual(5)
  expect(state.pauses.at(-1)).toBe(50)
  const asked = state.asked
  hub.receive({ ...change, position: '101' })
  await new Promise((resolve) => setImmediate(resolve))
  expect(state.asked).toBe(asked + 1)
})

test("a revoked device's stream ends, its owner's other streams go on", () => {
  const { hub } = hubAt('1')
  const lost = listenerOf([], { deviceId: 'lost' })
  const kept = listenerOf([], { deviceId: 'kept' })
  hub.listen(lost.listener)
  hub.listen(kept.listener)
  hub.endStreams({ tenantId: 'office', deviceId: 'lost' }, 'revoked')
  expect([lost.byes, kept.byes]).toEqual([['revoked'], []])
})

test('a closed stream is forgotten', () => {
  const { hub } = hubAt('1')
  const leave = hub.listen(listenerOf([]).listener)
  expect(hub.openStreams).toBe(1)
  leave()
  expect(hub.openStreams).toBe(0)
})
