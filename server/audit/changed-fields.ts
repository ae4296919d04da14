import { sameValue } from '#shared/protocol/canonical-json.ts'
import type { FieldFacts } from '#shared/schema-facts.ts'

/** Stands for a value that the audit must not keep: nobody may take it out again, so it could never be erased. */
export const notKept = '(not kept)'

type Fields = Readonly<Record<string, unknown>>
export type FactsOfFields = Readonly<Record<string, Pick<FieldFacts, 'sensitivity' | 'kind'>>>

/**
 * The fields that differ, before and after. What is personal or secret is named, its value is not kept; ids and references
 * stay, since they tell nothing by themselves once their record is gone. A field without facts counts as secret.
 */
export function changedFields(
  before: Fields | null,
  after: Fields | null,
  facts: FactsOfFields
): { before: Record<string, unknown> | null; after: Record<string, unknown> | null } {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const changed = before && after ? names.filter((name) => !sameValue(before[name], after[name])) : names
  const shown = (row: Fields | null) => row && Object.fromEntries(changed.map((name) => [name, kept(row[name], facts[name])]))
  return { before: shown(before), after: shown(after) }
}

function kept(value: unknown, facts: FactsOfFields[string] | undefined): unknown {
  if (value === null || value === undefined) return null
  return mayKeep(facts) ? value : notKept
}

function mayKeep(facts: FactsOfFields[string] | undefined): boolean {
  if (!facts || facts.sensitivity === 'secret') return false
  return facts.sensitivity !== 'personal' || facts.kind === 'id' || facts.kind === 'reference'
}
