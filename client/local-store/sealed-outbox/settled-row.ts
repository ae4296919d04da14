import { comparePositions, type DurableTo } from '#shared/protocol/position.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import type { SealedRow } from '../outbox-row.ts'

/** What the verdict brought that is kept sealed. */
export type SealedAnswer = Pick<SealedRow, 'fields' | 'stored'>

/**
 * The row with what the server said; null where the verdict changes nothing: it asks to come again, or the row was
 * settled before. One that waits for a record stays unsettled and says so. A duplicate means what was decided the first time.
 */
export function settledRow(
  row: SealedRow,
  verdict: Verdict,
  { answer, generation }: { answer: SealedAnswer; generation: number }
): SealedRow | null {
  const decided = verdict.verdict === 'duplicate' ? verdict.first : verdict.verdict
  if (row.state === 'settled' || row.state === 'applied') return null
  if (verdict.waitsFor) return { ...row, waitsFor: verdict.waitsFor }
  if (decided === undefined || decided === 'retry' || decided === ('duplicate' as string)) return null
  return {
    ...row,
    ...answer,
    state: 'settled',
    trouble: null,
    verdict: decided as 'applied' | 'merged' | 'rejected',
    code: verdict.code ?? null,
    receipt: verdict.receipt ?? null,
    issues: verdict.issues,
    generation
  }
}

const dayMs = 86_400_000

/** Whether the server surely keeps what this row was: see `releaseDurable`. `serverTime` is the server's clock, ms. */
export function isDurable(row: Pick<SealedRow, 'receipt'>, durableTo: DurableTo, serverTime: number): boolean {
  if (!row.receipt) return false
  if (durableTo.position !== null) return comparePositions(row.receipt.position, durableTo.position) < 0
  return serverTime - row.receipt.receivedAt > durableTo.keepDays * dayMs
}
