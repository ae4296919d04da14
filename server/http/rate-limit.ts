import type { Response } from 'express'
import type { RequestContext } from './request-context.ts'
import { AppError } from '#shared/errors.ts'
import { networkOf } from './network.ts'

/** `points` uses in each `seconds`. */
export interface Limit {
  /** Names the counter; limits with the same name share it. */
  readonly name: string
  readonly points: number
  readonly seconds: number
}

/** Limit of a route, counted per network of the caller, or per logged-in person or API key, within the tenant. */
export interface RateLimit extends Limit {
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
  consume(limit: Limit, key: string): Promise<LimitState>
  /** What consuming would meet now, without counting. */
  peek(limit: Limit, key: string): Promise<LimitState>
  /** Forgets a key, as after a successful login. */
  forget(limit: Limit, key: string): Promise<void>
}

/** Applies a route's limit: sets the RateLimit headers and throws the 429 problem with Retry-After when it is used up. */
export async function applyLimit(
  limiter: RateLimiter,
  limit: RateLimit,
  { response, context }: { response: Response; context: RequestContext }
): Promise<void> {
  const who = (limit.by === 'actor' && (context.actor?.userId ?? context.actor?.keyId)) || networkOf(context.ip)
  tellLimit(response, limit, await limiter.consume(limit, `${context.tenant.tenantId}:${who}`))
}

/** Sets the RateLimit headers (IETF draft); throws the 429 problem where the limit is used up. */
export function tellLimit(response: Response, limit: Limit, state: LimitState): void {
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
