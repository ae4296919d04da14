import type { Verdict } from '#shared/protocol/push.ts'
import type { SealedRow } from '../outbox-row.ts'
import type { OutboxTables } from './outbox-tables.ts'

/** What the verdict brought that is kept sealed. */
export type SealedAnswer = Pick<SealedRow, 'fields' | 'stored'>

/**
 * The row with what the server said; null where the verdict changes nothing: it asks to come again, or the row was
 * settled before. One that waits for a record stays unsettled and says so. A duplicate means what was decided the first time.
 * An answer of an older generation than `latest` came late, after the server was put back to before it: what it received is to be sent
 * again, and its records are of no use. Refusals are not sent again, and nothing twice for the same generation: an answer that comes
 * again from there is of a server that is there, whatever was heard before (its clock was wrong), and holds.
 */
export function settledRow(
  row: SealedRow,
  verdict: Verdict,
  { answer, generation, latest }: { answer: SealedAnswer; generation: number; latest: number }
): SealedRow | null {
  const decided = verdict.verdict === 'duplicate' ? verdict.first : verdict.verdict
  if (row.state === 'settled' || row.state === 'applied') return null
  if (verdict.waitsFor) return { ...row, waitsFor: verdict.waitsFor }
  if (decided === undefined || decided === 'retry' || decided === ('duplicate' as string)) return null
  const isLate = generation < latest && row.generation !== generation
  return {
    ...row,
    ...answer,
    ...(isLate && { stored: null }),
    state: isLate && decided !== 'rejected' ? 'pending' : 'settled',
    trouble: null,
    verdict: decided as 'applied' | 'merged' | 'rejected',
    code: verdict.code ?? null,
    receipt: verdict.receipt ?? null,
    issues: verdict.issues,
    generation
  }
}

/** What was received in another generation waits to be sent again. */
export async function sendOthersAgain(commands: OutboxTables['commands'], generation: number): Promise<void> {
  const others = commands.filter((row) => row.receipt !== null && row.verdict !== 'rejected' && row.generation !== generation)
  await others.modify({ state: 'pending', trouble: null, generation: 0 })
}
