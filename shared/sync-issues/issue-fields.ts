import { grievanceFacts, grievanceSchema } from '../grievances/grievance.ts'
import { householdFacts, householdSchema, personFacts, personSchema } from '../people/person.ts'
import { sameValue } from '../protocol/canonical-json.ts'
import type { FieldFacts } from '../schema-facts.ts'
import type { SyncIssue } from './sync-issue.ts'

const nouns = {
  grievance: { facts: grievanceFacts, schema: grievanceSchema },
  person: { facts: personFacts, schema: personSchema },
  household: { facts: householdFacts, schema: householdSchema }
} as const

type Field = Pick<SyncIssue, 'subjectType' | 'field'>

/** What the schema says of the field that an issue is about; null for a noun or field that this version does not know. */
export function issueFacts({ subjectType, field }: Field): FieldFacts | null {
  const noun = nouns[subjectType as keyof typeof nouns] as { facts: Readonly<Record<string, FieldFacts>> } | undefined
  return noun?.facts[field ?? ''] ?? null
}

/** Whether the value may stand in the field, by the schema of its record. */
export function fitsField({ subjectType, field }: Field, value: unknown): boolean {
  const noun = nouns[subjectType as keyof typeof nouns] as { schema: typeof grievanceSchema } | undefined
  const schema = noun?.schema.shape[(field ?? '') as keyof typeof grievanceSchema.shape]
  return schema?.safeParse(value).success ?? false
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
