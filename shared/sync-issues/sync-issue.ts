import { z } from 'zod'
import { field, fieldFacts } from '../schema-facts.ts'

/** How a conflict or refusal was settled: the author's value, the one that was stored, both, a third, or taken note of. */
export const settlements = ['yours', 'theirs', 'both', 'other', 'dismissed'] as const
export type Settlement = (typeof settlements)[number]

/**
 * Something a person must look at: two people changed the same field (`conflict`), or a saved command could not be
 * applied (`rejected`). Nothing that was saved vanishes: what did not become a change is kept here.
 */
export const syncIssueSchema = z.object({
  id: field(z.uuid(), { label: 'syncIssues.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('sync_issue'), { label: 'syncIssues.field.type', kind: 'text', sensitivity: 'internal' }),
  kind: field(z.enum(['conflict', 'rejected']), { label: 'syncIssues.field.kind', kind: 'choice', sensitivity: 'internal', filterable: true }),
  commandId: field(z.uuid(), { label: 'syncIssues.field.command', kind: 'id', sensitivity: 'internal' }),
  commandName: field(z.string(), { label: 'syncIssues.field.commandName', kind: 'text', sensitivity: 'internal' }),
  subjectType: field(z.string().nullable(), { label: 'syncIssues.field.subjectType', kind: 'text', sensitivity: 'internal' }),
  subjectId: field(z.uuid().nullable(), { label: 'syncIssues.field.subject', kind: 'id', sensitivity: 'internal' }),
  /** For a conflict: the field, what the author saw, what he wrote, what the other one wrote. */
  field: field(z.string().nullable(), { label: 'syncIssues.field.field', kind: 'text', sensitivity: 'internal' }),
  base: field(z.unknown(), { label: 'syncIssues.field.base', kind: 'text', sensitivity: 'personal' }),
  yours: field(z.unknown(), { label: 'syncIssues.field.yours', kind: 'text', sensitivity: 'personal' }),
  theirs: field(z.unknown(), { label: 'syncIssues.field.theirs', kind: 'text', sensitivity: 'personal' }),
  /** For a refusal: why, and the whole command as it came. */
  code: field(z.string().nullable(), { label: 'syncIssues.field.code', kind: 'text', sensitivity: 'internal' }),
  payload: field(z.unknown(), { label: 'syncIssues.field.payload', kind: 'text', sensitivity: 'personal' }),
  authorId: field(z.uuid().nullable(), { label: 'syncIssues.field.author', kind: 'reference', sensitivity: 'internal' }),
  authorName: field(z.string(), { label: 'syncIssues.field.authorName', kind: 'text', sensitivity: 'internal' }),
  /** Clock of the author's device. */
  claimedAt: field(z.iso.datetime(), { label: 'syncIssues.field.claimedAt', kind: 'dateTime', sensitivity: 'internal' }),
  /** Server clock. */
  receivedAt: field(z.iso.datetime(), { label: 'syncIssues.field.receivedAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  status: field(z.enum(['open', 'settled']), { label: 'syncIssues.field.status', kind: 'state', sensitivity: 'internal', filterable: true }),
  settlement: field(z.enum(settlements).nullable(), { label: 'syncIssues.field.settlement', kind: 'choice', sensitivity: 'internal' }),
  settledBy: field(z.uuid().nullable(), { label: 'syncIssues.field.settledBy', kind: 'reference', sensitivity: 'internal' }),
  settledAt: field(z.iso.datetime().nullable(), { label: 'syncIssues.field.settledAt', kind: 'dateTime', sensitivity: 'internal' }),
  /** What the settlement left in the field, and what stood there before it. */
  settledValue: field(z.unknown().optional(), { label: 'syncIssues.field.settledValue', kind: 'text', sensitivity: 'personal' }),
  settledBefore: field(z.unknown().optional(), { label: 'syncIssues.field.settledBefore', kind: 'text', sensitivity: 'personal' })
})
export type SyncIssue = z.infer<typeof syncIssueSchema>
export const syncIssueFacts = fieldFacts(syncIssueSchema)
