import type { Clock } from '../ports/clock.ts'
import type { SendOutcome } from '../ports/send-outcome.ts'

export interface CircuitBreaker {
  /** 0 when a call may go to the provider, else milliseconds until it is worth trying. Lets one probe through at a time. */
  waitMs(provider: string): number
  tell(provider: string, outcome: SendOutcome): void
}

interface Circuit {
  failures: number
  /** Until when no call is made; 0 while closed. */
  openUntil: number
}

/**
 * Spares a provider that fails again and again, and keeps its failures from using up the attempts of every message.
 * Each process counts for itself.
 */
export function createCircuitBreaker(clock: Clock, rule = { failures: 5, openMs: 30_000 }): CircuitBreaker {
  const circuits = new Map<string, Circuit>()
  return {
    waitMs(provider) {
      const circuit = circuits.get(provider)
      if (!circuit || circuit.failures < rule.failures) return 0
      const left = circuit.openUntil - clock.now()
      if (left > 0) return left
      circuit.openUntil = clock.now() + rule.openMs // this call is the probe; the others wait for its result
      return 0
    },
    tell(provider, outcome) {
      const isFault = outcome.kind === 'unknown' || (outcome.kind === 'retry' && outcome.error !== 'provider_busy')
      if (!isFault) {
        circuits.delete(provider)
        return
      }
      const failures = (circuits.get(provider)?.failures ?? 0) + 1
      circuits.set(provider, { failures, openUntil: failures >= rule.failures ? clock.now() + rule.openMs : 0 })
    }
  }
}
