import { grievanceFacts } from '../grievances/grievance.ts'
import { householdFacts, personFacts } from '../people/person.ts'
import { sameValue } from '../protocol/canonical-json.ts'
import type { FieldFacts } from '../schema-facts.ts'
import type { SyncIssue } from './sync-issue.ts'

const nouns: Readonly<Record<string, Readonly<Record<string, FieldFacts>>>> = {
  grievance: grievanceFacts,
  person: personFacts,
  household: householdFacts
}

type Field = Pick<SyncIssue, 'subjectType' | 'field'>

/** What the schema says of the field that an issue is about; null for a noun or field that this version does not know. */
export function issueFacts({ subjectType, field }: Field): FieldFacts | null {
  return nouns[subjectType ?? '']?.[field ?? ''] ?? null
}

/** How both values of a conflict can be kept: in the field itself, or the one that does not stand there as a remark. */
export type KeptBoth = { as: 'value'; value: unknown } | { as: 'comment'; text: string }

/** Null where the field has room for one value only. `standing`: what the record holds now. */
export function keepBoth(issue: Field & Pick<SyncIssue, 'yours' | 'theirs'>, standing: unknown): KeptBoth | null {
  const { yours, theirs } = issue
  const policy = issueFacts(issue)?.merge
  if (policy === 'union' && Array.isArray(yours) && Array.isArray(theirs)) {
    return { as: 'value', value: [...theirs, ...yours.filter((item) => !theirs.some((other) => sameValue(other, item)))] }
  }
  if (typeof yours !== 'string' || typeof theirs !== 'string') return null
  if (policy === 'append') return { as: 'value', value: `${theirs}\n${yours}` }
  const isText = ['text', 'longText'].includes(issueFacts(issue)?.kind ?? '')
  if (issue.subjectType !== 'grievance' || !isText) return null
  return { as: 'comment', text: sameValue(standing, yours) ? theirs : yours }
}
