import type { RejectionCode } from '#shared/errors.ts'
import type { StoredRecord, Verdict } from '#shared/protocol/push.ts'
import { mayReceive } from '../scopes.ts'
import type { Sight } from '../sight.ts'
import type { LoggedCommand } from './write-batch.ts'

export function verdictOf(entry: LoggedCommand, known: { stored: Map<string, StoredRecord>; again: boolean; sight: Sight }): Verdict {
  const again = known.again || entry.repeats === true
  const stored = entry.touched.map((ref) => known.stored.get(ref.id)).filter((record): record is StoredRecord => record !== undefined)
  return {
    id: entry.id,
    verdict: again ? 'duplicate' : entry.verdict,
    ...(again ? { first: entry.verdict } : {}),
    ...(entry.code ? { code: entry.code as RejectionCode } : {}),
    ...(entry.fields ? { fields: entry.fields } : {}),
    receipt: { hash: entry.receiptHash, receivedAt: entry.receivedAt, position: entry.position, batch: entry.batchId },
    stored: [...new Map(stored.map((record) => [record.document.id, record])).values()],
    issues: seesIssuesOf(entry, known.sight) ? entry.issueIds : []
  }
}

/** Of another person's command only the office is told which issues it left, and nobody there who is limited to departments. */
function seesIssuesOf(entry: LoggedCommand, { actor, scopes }: Sight): boolean {
  return entry.actorId === actor.userId || (scopes?.departmental.includes('office') === true && mayReceive(actor, 'issues'))
}

/**
 * A command the database did not take now. Everything the rules can refuse is refused before the database sees it, so
 * what is left (a deadlock, a lock held too long, the same command in another connection) passes; it is asked for again.
 */
export function verdictOfFailure(id: string, error: unknown): Verdict {
  const state = (error as { code?: string }).code ?? ''
  const soon = ['40001', '40P01', '23505'].includes(state)
  return { id, verdict: 'retry', afterMs: soon ? 250 : 5_000, stored: [], issues: [] }
}
