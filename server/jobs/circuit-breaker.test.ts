import { expect, test } from 'vitest'
import type { SendOutcome } from '../ports/send-outcome.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'

const down: SendOutcome = { kind: 'retry', error: 'unreachable' }
const taken: SendOutcome = { kind: 'accepted', providerRef: null }

function setUp() {
  const clock = { at: 1_000, now: () => clock.at }
  return { clock, breaker: createCircuitBreaker(clock, { failures: 3, openMs: 10_000 }) }
}

test('a provider that failed three times in a row is left alone, others are not', () => {
  const { breaker } = setUp()
  for (const outcome of [down, down]) breaker.tell('smtp', outcome)
  expect(breaker.waitMs('smtp')).toBe(0)
  breaker.tell('smtp', down)
  expect(breaker.waitMs('smtp')).toBe(10_000)
  expect(breaker.waitMs('sms-http')).toBe(0)
})

test('after the pause one probe goes; its success lets all go, its failure none', () => {
  const { clock, breaker } = setUp()
  for (const outcome of [down, down, down]) breaker.tell('smtp', outcome)
  clock.at += 10_000
  expect(breaker.waitMs('smtp')).toBe(0)
  expect(breaker.waitMs('smtp')).toBe(10_000)
  breaker.tell('smtp', down)
  expect(breaker.waitMs('smtp')).toBe(10_000)
  clock.at += 10_000
  expect(breaker.waitMs('smtp')).toBe(0)
  breaker.tell('smtp', taken)
  expect([breaker.waitMs('smtp'), breaker.waitMs('smtp')]).toEqual([0, 0])
})

test('refused messages and requests to slow down are no fault of the provider', () => {
  const { breaker } = setUp()
  const verdicts: SendOutcome[] = [
    { kind: 'permanent', error: 'bad_address' },
    { kind: 'retry', error: 'provider_busy' }
  ]
  for (const outcome of [...verdicts, ...verdicts, ...verdicts]) breaker.tell('smtp', outcome)
  expect(breaker.waitMs('smtp')).toBe(0)
})
