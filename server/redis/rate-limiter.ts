import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Limit, LimitState, RateLimiter } from '../http/rate-limit.ts'

/**
 * Limits that hold over all processes through Redis. While Redis is away each process counts for itself in memory: the
 * limit gets wider by the number of processes, it does not vanish.
 */
export function createRateLimiter(redis: Redis | null): RateLimiter {
  const limiters = new Map<string, RateLimiterAbstract>()
  const limiterOf = (limit: Limit): RateLimiterAbstract => {
    const known = limiters.get(limit.name)
    if (known) return known
    const made = makeLimiter(redis, limit)
    limiters.set(limit.name, made)
    return made
  }
  return {
    async consume(limit, key) {
      try {
        return stateOf(await limiterOf(limit).consume(key), true)
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return stateOf(refusal, false)
        throw refusal
      }
    },
    async peek(limit, key) {
      const state = await limiterOf(limit).get(key)
      if (!state) return { remaining: limit.points, resetMs: 0, allowed: true }
      return stateOf(state, state.remainingPoints > 0)
    },
    async forget(limit, key) {
      await limiterOf(limit).delete(key)
    }
  }
}

function makeLimiter(redis: Redis | null, limit: Limit): RateLimiterAbstract {
  const options = { keyPrefix: `limit:${limit.name}`, points: limit.points, duration: limit.seconds }
  const inMemory = new RateLimiterMemory(options)
  if (!redis) return inMemory
  return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: inMemory, rejectIfRedisNotReady: true })
}

function stateOf(result: RateLimiterRes, allowed: boolean): LimitState {
  return { remaining: Math.max(0, result.remainingPoints), resetMs: result.msBeforeNext, allowed }
}
