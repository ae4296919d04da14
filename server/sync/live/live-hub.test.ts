import { expect, test } from 'vitest'
import type { PokeEvent } from '#shared/protocol/live.ts'
import { createLiveHub, type Listener } from './live-hub.ts'

/** A hub whose horizon and timer the test moves by hand. */
function hubAt(horizon: string) {
  const state = { horizon, timers: [] as (() => void)[] }
  const hub = createLiveHub({
    horizon: async () => state.horizon,
    setTimer: ((run: () => void) => state.timers.push(run)) as unknown as typeof setTimeout
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
    tenantId: 'office', userId: 'asha', deviceId: 'phone', scopes: new Set(scopes), collections: new Set(['cases', 'people'] as const),
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
