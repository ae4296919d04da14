import { expect, test } from 'vitest'
import { TooManyRequests } from '../../http/rate-limit.ts'
import { createPasswordHasher } from './password-hasher.ts'

test('a flood of logins is told when to come again instead of taking the server’s memory, and the line moves on', async () => {
  const hasher = createPasswordHasher({ running: 1, waiting: 2 })
  const hash = await hasher.hash('quiet river crossing')
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.verify(hash, 'quiet river crossing')))
  const refused = answers.filter((one) => one.status === 'rejected').map((one) => one.reason as TooManyRequests)
  expect(refused).toHaveLength(5)
  for (const error of refused) expect([error.code, error.retryAfter > 0]).toEqual(['too_many_requests', true])
  expect(await hasher.verify(hash, 'quiet river crossing')).toBe(true)
})

test('an account that does not exist costs the same work and never matches', async () => {
  const hasher = createPasswordHasher({ running: 1, waiting: 0 })
  const unknown = hasher.verify(null, 'nobody has this password')
  await new Promise((resolve) => setImmediate(resolve))
  await expect(hasher.verify(null, 'x')).rejects.toThrow(TooManyRequests)
  expect(await unknown).toBe(false)
})
