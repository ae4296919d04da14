import argon2 from 'argon2'
import { TooManyRequests } from '../../http/rate-limit.ts'

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** With null as hash it does the same work and answers false, so that the time tells nothing about logins. */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. */
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** After this a full line has been worked off. */
const comeAgainSeconds = 3

/**
 * Each computation takes 19 MiB and a core for some 30 ms: `running` at a time, `waiting` more in line, the rest is told
 * to come again (429 with Retry-After).
 */
export function createPasswordHasher(limits: { running: number; waiting: number }): PasswordHasher {
  const inLine = lineOf(limits)
  const dummy = argon2.hash('nobody has this password', cost)
  return {
    hash: (password) => inLine(() => argon2.hash(password, cost)),
    async verify(hash, password) {
      const against = hash ?? (await dummy)
      const matches = await inLine(() => argon2.verify(against, password))
      return matches && hash !== null
    }
  }
}

function lineOf(limits: { running: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= limits.running) {
      if (waiting.length >= limits.waiting) throw new TooManyRequests(comeAgainSeconds)
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
