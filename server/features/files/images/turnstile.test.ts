import { expect, test } from 'vitest'
import { createTurnstile } from './turnstile.ts'

test('no more than its width are inside at once, in the order of arrival, also when some fail', async () => {
  const turnstile = createTurnstile(2)
  const started: number[] = []
  let inside = 0
  let most = 0
  const work = (number: number) =>
    turnstile.pass(async () => {
      started.push(number)
      most = Math.max(most, (inside += 1))
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      if (number === 1) throw new Error('damaged')
      return number
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled'
  ])
  expect([most, started]).toEqual([2, [0, 1, 2, 3, 4]])
})
