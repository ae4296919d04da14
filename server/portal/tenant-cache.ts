import type { Clock } from '../ports/clock.ts'

/** Remembers one answer per tenant for `keepMs` (server clock). A failed load is not remembered. */
export function tenantCache<T>(
  clock: Clock,
  keepMs: number,
  load: (tenantId: string) => Promise<T>
): (tenantId: string) => Promise<T> {
  const known = new Map<string, { until: number; answer: Promise<T> }>()
  return (tenantId) => {
    const entry = known.get(tenantId)
    if (entry && entry.until > clock.now()) return entry.answer
    const answer = load(tenantId)
    known.set(tenantId, { until: clock.now() + keepMs, answer })
    answer.catch(() => known.delete(tenantId))
    return answer
  }
}
