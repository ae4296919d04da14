import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { testRandom } from '#client/testing/field-device.ts'
import type { FlushOutcome } from './flush-outbox.ts'
import { startPushLoop } from './push-loop.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('waits for another page that sends, and goes on without it when that never ends: it may be frozen', async () => {
  const steals: boolean[] = []
  const outcomes: FlushOutcome['kind'][] = []
  const loop = startPushLoop({
    random: testRandom,
    async flush(steal) {
      steals.push(steal)
      const kind = steal ? 'clean' : 'busy'
      outcomes.push(kind)
      return { kind }
    }
  })
  await vi.advanceTimersByTimeAsync(25_000)
  expect(outcomes).not.toContain('clean')
  await vi.advanceTimersByTimeAsync(15_000)
  expect(outcomes.at(-1)).toBe('clean')
  loop.wake()
  await vi.advanceTimersByTimeAsync(0)
  expect(steals.at(-1)).toBe(false)
  await loop.stop()
})
