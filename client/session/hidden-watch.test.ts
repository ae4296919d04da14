import { describe, expect, it } from 'vitest'
import { watchHidden } from './hidden-watch.ts'

function page() {
  const events = new EventTarget()
  const clock = { wall: 1_000_000, mono: 0, now: () => clock.wall, monotonic: () => clock.mono }
  const shown = { visibilityState: 'visible' as DocumentVisibilityState }
  let locks = 0
  const target = Object.assign(events, shown) as unknown as Document & typeof shown
  const stop = watchHidden(target, clock, { afterMs: 300_000, onLong: () => (locks += 1) })
  const show = (state: DocumentVisibilityState): void => {
    Object.assign(events, { visibilityState: state })
    events.dispatchEvent(new Event('visibilitychange'))
  }
  return { clock, show, stop, locks: () => locks }
}

describe('a page that was hidden', () => {
  it.each([
    ['five minutes by both clocks', 300_000, 300_000, 1],
    ['a moment', 20_000, 20_000, 0],
    ['an hour asleep, where the monotonic clock stood still', 3_600_000, 5, 1],
    ['an hour, with the wall clock set back meanwhile', -86_400_000, 3_600_000, 1]
  ])('%s', (_what, wall, mono, times) => {
    const { clock, show, locks } = page()
    show('hidden')
    clock.wall += wall
    clock.mono += mono
    show('visible')
    expect(locks()).toBe(times)
  })

  it('counts from when it was hidden first, and no more after it was stopped', () => {
    const { clock, show, stop, locks } = page()
    show('hidden')
    clock.mono += 200_000
    show('hidden')
    clock.mono += 200_000
    show('visible')
    expect(locks()).toBe(1)
    stop()
    show('hidden')
    clock.mono += 900_000
    show('visible')
    expect(locks()).toBe(1)
  })
})
