import type { RandomSource } from '#client/device/random.ts'

/** A number from 0 to below 1. */
export function fraction(random: RandomSource): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32
}

/**
 * Wait before attempt `failures` + 1, ms: exponential with full jitter, so that a thousand phones that lost the server
 * together do not come back together. At least `floor` (what the server asked for).
 */
export function backoffMs(
  failures: number,
  random: RandomSource,
  limits: { base: number; cap: number; floor?: number }
): number {
  const ceiling = Math.min(limits.cap, limits.base * 2 ** Math.min(failures, 20))
  return Math.round((limits.floor ?? 0) + ceiling * fraction(random))
}

/** A wait that can be ended early. */
export interface Waker {
  /** Resolves after `ms`, or at the next `wake`. A wake while nobody waits ends the next wait at once. */
  wait(ms: number): Promise<void>
  wake(): void
}

export function createWaker(): Waker {
  let woken = false
  let end: (() => void) | null = null
  return {
    wait(ms) {
      if (woken) {
        woken = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), ms)
        end = () => {
          clearTimeout(timer)
          end = null
          resolve()
        }
      })
    },
    wake() {
      if (end) end()
      else woken = true
    }
  }
}
