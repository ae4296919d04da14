import type { RecordRef } from './collection-names.ts'
import type { FieldConflict, RecordFields } from './define-command.ts'
import { sameValue } from './canonical-json.ts'

export type MergePolicy = 'incoming' | 'officeWins' | 'union' | 'append' | 'stateMachine'

export interface MergeFacts {
  policy: MergePolicy
  /** Fields of one unit are taken together: if one of them conflicts, all follow its outcome. */
  unit?: string | undefined
}

export interface MergeResult {
  /** Fields to set on the record. */
  values: Record<string, unknown>
  conflicts: FieldConflict[]
  /** True when the record had moved on since `base`, in other fields or the same. */
  merged: boolean
}

/**
 * Field-level three-way merge. `base` is what the author saw, `changes` what he wants, `row` what is stored.
 * A field nobody else touched takes the change; a field already equal needs nothing; a field changed by both follows its
 * policy, and both values are reported. Without a base an unequal stored value counts as changed by another.
 */
export function mergeFields(input: {
  subject: RecordRef
  row: RecordFields
  changes: Record<string, unknown>
  base: Record<string, unknown> | undefined
  factsOf(field: string): MergeFacts
  /** True when the author speaks for the office; decides `officeWins`. */
  fromOffice: boolean
}): MergeResult {
  const contested = contestedFields(input)
  const contestedUnits = new Set(
    [...contested].map((field) => input.factsOf(field).unit).filter((unit): unit is string => unit !== undefined)
  )
  const result: MergeResult = { values: {}, conflicts: [], merged: contested.size > 0 }
  for (const [field, wanted] of Object.entries(input.changes)) {
    const facts = input.factsOf(field)
    const inContest = contested.has(field) || (facts.unit !== undefined && contestedUnits.has(facts.unit))
    if (sameValue(input.row[field], wanted)) continue
    if (!inContest) {
      result.values[field] = wanted
      continue
    }
    settle({ input, field, wanted, facts, result })
  }
  return result
}

function contestedFields(input: Parameters<typeof mergeFields>[0]): Set<string> {
  const contested = new Set<string>()
  for (const [field, wanted] of Object.entries(input.changes)) {
    const stored = input.row[field]
    const seen = input.base?.[field]
    if (!sameValue(stored, seen) && !sameValue(stored, wanted)) contested.add(field)
  }
  return contested
}

function settle(step: {
  input: Parameters<typeof mergeFields>[0]
  field: string
  wanted: unknown
  facts: MergeFacts
  result: MergeResult
}): void {
  const { input, field, wanted, facts, result } = step
  const stored = input.row[field]
  if (facts.policy === 'union' && Array.isArray(stored) && Array.isArray(wanted)) {
    result.values[field] = [...stored, ...wanted.filter((item) => !stored.some((other) => sameValue(other, item)))]
    return
  }
  if (facts.policy === 'append' && typeof stored === 'string' && typeof wanted === 'string') {
    result.values[field] = `${stored}\n${wanted}`
    return
  }
  const incomingWins = facts.policy === 'incoming' || (facts.policy === 'officeWins' && input.fromOffice)
  if (incomingWins) result.values[field] = wanted
  result.conflicts.push({ subject: input.subject, field, base: input.base?.[field] ?? null, yours: wanted, theirs: stored ?? null })
}
