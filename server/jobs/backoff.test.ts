import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

const rule = { baseMs: 1_000, capMs: 60_000 }

test('waits double, spread over their upper half, and stop growing at the cap', () => {
  expect([1, 2, 3].map((attempt) => backoffMs(rule, attempt, { random: 0 }))).toEqual([500, 1_000, 2_000])
  expect(backoffMs(rule, 3, { random: 0.999 })).toBeCloseTo(4_000, -1)
  expect(backoffMs(rule, 40, { random: 0 })).toBe(30_000)
})

test('a provider may ask for more time, but not for a day', () => {
  expect(backoffMs(rule, 1, { random: 0, askedMs: 20_000 })).toBe(20_000)
  expect(backoffMs(rule, 1, { random: 0, askedMs: 1 })).toBe(500)
  expect(backoffMs(rule, 1, { random: 0, askedMs: 86_400_000 })).toBe(3_600_000)
})
