export interface BackoffRule {
  /** Wait after the first failure, in milliseconds; doubles each time. */
  readonly baseMs: number
  readonly capMs: number
}

/** Longest wait that a provider may ask for. */
const longestAskedMs = 3_600_000

/**
 * Milliseconds until the next attempt: exponential, with jitter over its upper half so that what failed together does
 * not come back together. A provider's Retry-After lengthens it. `random` is in [0, 1).
 */
export function backoffMs(
  rule: BackoffRule,
  attempt: number,
  given: { random: number; askedMs?: number | undefined }
): number {
  const full = Math.min(rule.capMs, rule.baseMs * 2 ** Math.max(0, attempt - 1))
  const own = full / 2 + (full / 2) * given.random
  return Math.max(own, Math.min(given.askedMs ?? 0, longestAskedMs))
}
