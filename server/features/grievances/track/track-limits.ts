import type { RateLimiter } from '../../../http/rate-limit.ts'

const quarterHour = 15 * 60
const day = 24 * 60 * 60

/** Wrong guesses that cost nothing, and what they are counted by. */
const guesses = {
  number: { name: 'track-number', points: 5, seconds: quarterHour },
  network: { name: 'track-network', points: 30, seconds: quarterHour },
  numberDay: { name: 'track-number-day', points: 60, seconds: day }
} as const

/** After too many of them a number is looked up once in so many seconds for one network, and not at its first asking. */
const short = {
  asked: { name: 'track-asked', points: 1, seconds: quarterHour },
  turn: { name: 'track-turn', points: 1, seconds: 30 }
} as const
const long = {
  asked: { name: 'track-asked-long', points: 1, seconds: 4 * quarterHour },
  turn: { name: 'track-turn-long', points: 1, seconds: 300 }
} as const

export interface TrackAttempt {
  readonly tenantId: string
  readonly number: string
  readonly network: string
}

export interface TrackLimits {
  /** Seconds to wait before this number may be looked up from this network; 0: now. */
  delay(attempt: TrackAttempt): Promise<number>
  /** Counts a lookup that opened nothing. */
  countMiss(attempt: TrackAttempt): Promise<void>
}

/**
 * Slows guessing down without ever locking the citizen out: nobody is refused for good, a try only has to wait for its
 * turn. Turns are per number and network, so an attacker elsewhere takes no turn away from the one who holds the slip.
 */
export function createTrackLimits(limiter: RateLimiter): TrackLimits {
  return {
    async delay({ tenantId, number, network }) {
      const [ofNumber, ofNetwork, ofDay] = await Promise.all([
        limiter.peek(guesses.number, `${tenantId}:${number}`),
        limiter.peek(guesses.network, `${tenantId}:${network}`),
        limiter.peek(guesses.numberDay, `${tenantId}:${number}`)
      ])
      if (ofNumber.allowed && ofNetwork.allowed && ofDay.allowed) return 0
      const { asked, turn } = ofDay.allowed ? short : long
      const key = `${tenantId}:${number}:${network}`
      const first = await limiter.consume(asked, key)
      const mine = await limiter.consume(turn, key)
      return mine.allowed && !first.allowed ? 0 : Math.max(1, Math.ceil(mine.resetMs / 1000))
    },
    async countMiss({ tenantId, number, network }) {
      await Promise.all([
        limiter.consume(guesses.number, `${tenantId}:${number}`),
        limiter.consume(guesses.network, `${tenantId}:${network}`),
        limiter.consume(guesses.numberDay, `${tenantId}:${number}`)
      ])
    }
  }
}
