import type { Clock } from '../../ports/clock.ts'
import { networkOf } from '../network.ts'
import type { Limit, LimitState, RateLimiter } from '../rate-limit.ts'

/** What every route without a limit of its own is held to, counted over all of them. Uses a minute. */
export interface DefaultLimits {
  consume(caller: Caller): Promise<{ limit: Limit; state: LimitState }>
}

/** Whoever asks: a person on a device, a machine with a key, or somebody at an address. */
export interface Caller {
  tenant: { tenantId: string }
  actor: { userId: string | null; deviceId: string | null; keyId?: string | undefined } | null
  ip: string
}

/** Per minute: a device of a person, or an API key; the network of somebody unknown, behind which a whole town may be. */
const perMinute = { person: 1_800, network: 3_000 } as const
/** Share of a limit that is counted in this process alone: callers of a normal pace never cost a question to Redis. */
const localShare = 0.1
const windowMs = 60_000
/** Callers that are remembered at once; beyond it all are forgotten, which costs each one local share. */
const mostCallers = 50_000

interface Counter {
  used: number
  endsAt: number
}

/** `scale` multiplies the limits: load tests come from one address. */
export function createDefaultLimits(limiter: RateLimiter, clock: Clock, scale = 1): DefaultLimits {
  const counters = new Map<string, Counter>()
  const limitOf = (kind: keyof typeof perMinute): Limit => ({ name: `default-${kind}`, points: perMinute[kind] * scale, seconds: windowMs / 1000 })
  const limits = { person: limitOf('person'), network: limitOf('network') }
  return {
    async consume(caller) {
      const limit = caller.actor?.userId || caller.actor?.keyId ? limits.person : limits.network
      const key = keyOf(caller)
      const counter = counterOf(counters, key, clock.now())
      counter.used += 1
      const local = Math.ceil(limit.points * localShare)
      if (counter.used <= local) return { limit, state: { allowed: true, remaining: limit.points - counter.used, resetMs: counter.endsAt - clock.now() } }
      const shared = { ...limit, points: limit.points - local }
      return { limit, state: await limiter.consume(shared, key) }
    }
  }
}

function keyOf({ tenant, actor, ip }: Caller): string {
  if (actor?.userId) return `${tenant.tenantId}:${actor.userId}:${actor.deviceId ?? ''}`
  return `${tenant.tenantId}:${actor?.keyId ?? networkOf(ip)}`
}

function counterOf(counters: Map<string, Counter>, key: string, now: number): Counter {
  const known = counters.get(key)
  if (known && known.endsAt > now) return known
  if (counters.size >= mostCallers) counters.clear()
  const fresh = { used: 0, endsAt: now + windowMs }
  counters.set(key, fresh)
  return fresh
}
