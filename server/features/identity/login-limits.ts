import { createHash } from 'node:crypto'
import { networkOf } from '../../http/network.ts'
import { refuseForNow, type RateLimiter } from '../../http/rate-limit.ts'

/** Guesses at one account from one network: the owner of the account, elsewhere, is not locked out by them. */
const accountLimit = { name: 'login-account', points: 10, seconds: 15 * 60 }
/** Wrong guesses at any account from one network. */
const networkLimit = { name: 'login-network', points: 100, seconds: 15 * 60 }

export interface LoginAttempt {
  tenantId: string
  login: string
  ip: string
}

export interface LoginLimits {
  /** Counts the attempt; throws a 429 when there were too many. */
  begin(attempt: LoginAttempt): Promise<void>
  failed(attempt: LoginAttempt): Promise<void>
  succeeded(attempt: LoginAttempt): Promise<void>
}

export function createLoginLimits(limiter: RateLimiter): LoginLimits {
  return {
    async begin(attempt) {
      const network = await limiter.peek(networkLimit, networkKey(attempt))
      if (!network.allowed) throw refuseForNow(network)
      const account = await limiter.consume(accountLimit, accountKey(attempt))
      if (!account.allowed) throw refuseForNow(account)
    },
    async failed(attempt) {
      await limiter.consume(networkLimit, networkKey(attempt))
    },
    async succeeded(attempt) {
      await limiter.forget(accountLimit, accountKey(attempt))
    }
  }
}

function networkKey({ tenantId, ip }: LoginAttempt): string {
  return `${tenantId}:${networkOf(ip)}`
}

/** The login goes in as a hash: it may be a person's address. */
function accountKey(attempt: LoginAttempt): string {
  return `${networkKey(attempt)}:${createHash('sha256').update(attempt.login).digest('base64url').slice(0, 16)}`
}
