import type { OutboxRow } from '#client/local-store/outbox-row.ts'

/** Most bytes and commands of one request, and how many commands it begins with: more go only where the last ones came through. */
export const batchLimits = { bytes: 256_000, count: 500, first: 100 }

/** What one flusher remembers between requests; gone with the page, which only makes it ask again sooner. */
export interface FlushMemory {
  /** Command id -> time on the monotonic clock before which it is not sent. */
  notBefore: Map<string, number>
  /** Largest batch now; halved when the server finds one too large or cannot read it. */
  count: number
  /** Of the last reply, of this flusher or one before; null before the first: nothing was received that a restore could have lost. */
  generation: number | null
}

export function newFlushMemory(): FlushMemory {
  return { notBefore: new Map(), count: batchLimits.first, generation: null }
}

export interface BatchPlan {
  batch: OutboxRow[]
  /** When nothing can go now: ms until the first may; null when nothing is left that may go by itself. */
  waitMs: number | null
  /** It ended at a limit: what comes after in the queue changes nothing. */
  full: boolean
}

/**
 * The next commands to send, in order of saving. One that has to wait holds back only those that build on what it writes;
 * all others pass it. Always at least one, however large.
 */
export function planBatch(unsent: readonly OutboxRow[], memory: FlushMemory, now: number): BatchPlan {
  const heldRecords = new Set<string>()
  const batch: OutboxRow[] = []
  let bytes = 0
  let waitMs: number | null = null
  for (const row of unsent) {
    const notBefore = memory.notBefore.get(row.id) ?? 0
    const held = row.trouble !== null || notBefore > now || row.touches.some((id) => heldRecords.has(id))
    if (held) {
      for (const id of row.writes) heldRecords.add(id)
      if (row.trouble === null && notBefore > now) waitMs = Math.min(waitMs ?? Infinity, notBefore - now)
      continue
    }
    if (batch.length >= memory.count || (batch.length > 0 && bytes + row.bytes > batchLimits.bytes))
      return { batch, waitMs, full: true }
    batch.push(row)
    bytes += row.bytes
  }
  return { batch, waitMs, full: false }
}
