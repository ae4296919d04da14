import type { Verdict } from '#shared/protocol/push.ts'
import type { OutboxRow } from './outbox-row.ts'

/**
 * The row with what the server said; null where the verdict changes nothing: it asks to come again, or the row was
 * settled before. A duplicate means what was decided the first time.
 */
export function settledRow(row: OutboxRow, verdict: Verdict, generation: number): OutboxRow | null {
  const decided = verdict.verdict === 'duplicate' ? verdict.first : verdict.verdict
  if (decided === undefined || decided === 'retry' || decided === ('duplicate' as string)) return null
  if (row.state === 'settled' || row.state === 'applied') return null
  return {
    ...row,
    state: 'settled',
    trouble: null,
    verdict: decided as 'applied' | 'merged' | 'rejected',
    code: verdict.code ?? null,
    fields: verdict.fields ?? [],
    receipt: verdict.receipt ?? null,
    stored: verdict.stored,
    issues: verdict.issues,
    generation
  }
}
