import type { MendReport } from '#shared/protocol/drift/compare.ts'

export const repairSetting = 'repair'

/** What a comparison found and mended; `left` differences are looked at again. `at`: server clock, ms. */
export interface RepairReport {
  at: number
  mended: readonly MendReport[]
  left: number
}

/** Kept on the device between comparisons. */
export interface RepairBook {
  /** Server clock, ms. */
  comparedAt: number
  /** Something asks for another look: a reset, or differences that were left. */
  due: boolean
  /** Mended and not yet told to the server. */
  untold: readonly MendReport[]
  /** Records that were kept because a command needed them: when one does not any more, it is looked at again. */
  needed?: readonly string[]
  last?: RepairReport
}

const dayMs = 86_400_000

/** Weekly, and at once after 90 days away or when something asked for it. All times by the server's clock, ms. */
export function isRepairDue(book: RepairBook | null, { now, lastPulledAt }: { now: number; lastPulledAt: number | null }): boolean {
  if (!book) return false
  return book.due || now - book.comparedAt > 7 * dayMs || (lastPulledAt !== null && now - lastPulledAt >= 90 * dayMs)
}
