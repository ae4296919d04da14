import type { Request, Response } from 'express'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Redis } from 'ioredis'
import type { RequestContext } from './request-context.ts'
import { AppError } from '#shared/errors.ts'
import { networkOf } from './network.ts'

/** `points` requests in each `seconds`, counted per network of the caller or per logged-in person, within the tenant. */
export interface RateLimit {
  /** Names the counter; routes with the same name share it. */
  readonly name: string
  readonly points: number
  readonly seconds: number
  readonly by: 'network' | 'actor'
}

export interface LimitState {
  readonly remaining: number
  /** Milliseconds until the counter starts again. */
  readonly resetMs: number
  readonly allowed: boolean
}

export interface RateLimiter {
  /** Counts one use of `key` under the limit. */
  consume(limit: Omit<RateLimit, 'by'>, key: string): Promise<LimitState>
  /** What consuming would meet now, without counting. */
  peek(limit: Omit<RateLimit, 'by'>, key: string): Promise<LimitState>
  /** Forgets a key, as after a successful login. */
  forget(limit: Omit<RateLimit, 'by'>, key: string): Promise<void>
}

/**
 * Limits that hold over all processes through Redis. While Redis is away each process counts for itself in memory: the
 * limit gets wider by the number of processes, it does not vanish.
 */
export function createRateLimiter(redis: Redis | null): RateLimiter {
  const limiters = new Map<string, RateLimiterAbstract>()
  const limiterOf = (limit: Omit<RateLimit, 'by'>): RateLimiterAbstract => {
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

function makeLimiter(redis: Redis | null, limit: Omit<RateLimit, 'by'>): RateLimiterAbstract {
  const options = { keyPrefix: `limit:${limit.name}`, points: limit.points, duration: limit.seconds }
  const inMemory = new RateLimiterMemory(options)
  if (!redis) return inMemory
  return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: inMemory, rejectIfRedisNotReady: true })
}

function stateOf(result: RateLimiterRes, allowed: boolean): LimitState {
  return { remaining: Math.max(0, result.remainingPoints), resetMs: result.msBeforeNext, allowed }
}

/** Applies a route's limit: sets the RateLimit headers and throws the 429 problem with Retry-After when it is used up. */
export async function applyLimit(
  limiter: RateLimiter,
  limit: RateLimit,
  exchange: { request: Request; response: Response; context: RequestContext }
): Promise<void> {
  const { response, context } = exchange
  const who = limit.by === 'actor' && context.actor?.userId ? context.actor.userId : networkOf(context.ip)
  const state = await limiter.consume(limit, `${context.tenant.tenantId}:${who}`)
  const resetSeconds = Math.ceil(state.resetMs / 1000)
  response.setHeader('RateLimit-Policy', `"${limit.name}";q=${limit.points};w=${limit.seconds}`)
  response.setHeader('RateLimit', `"${limit.name}";r=${state.remaining};t=${resetSeconds}`)
  if (!state.allowed) throw refuseForNow(state)
}

/** A 429 that says when to come again; the responder turns it into Retry-After. */
export class TooManyRequests extends AppError {
  /** Whole seconds, at least 1. */
  readonly retryAfter: number

  constructor(retryAfter: number) {
    super('too_many_requests', `Too many requests. Try again in ${retryAfter} s.`)
    this.retryAfter = retryAfter
  }
}

export function refuseForNow(state: LimitState): TooManyRequests {
  return new TooManyRequests(Math.max(1, Math.ceil(state.resetMs / 1000)))
}
