import { z } from 'zod'
import { mayDo } from '../identity/access-policy.ts'
import type { Actor } from '../identity/actor.ts'
import { sameValue } from '../protocol/canonical-json.ts'
import { collectionNameSchema } from '../protocol/collection-names.ts'
import {
  accept,
  defineCommand,
  reject,
  type CommandContext,
  type CommandDefinition,
  type Decision,
  type RecordFields,
  type Rows,
  type TouchedRecord
} from '../protocol/define-command.ts'
import { keepBoth } from './issue-fields.ts'
import { settlements, type Settlement, type SyncIssue } from './sync-issue.ts'

export const issueSubjectSchema = z.object({ collection: collectionNameSchema, type: z.string(), id: z.uuid() })
export type IssueSubject = z.infer<typeof issueSubjectSchema>
export type IssueRecord = SyncIssue & RecordFields

export const settleIssueArgs = z.object({
  issueId: z.uuid(),
  /** Whose value stands: the author's, the one that was stored, both, a third, or (for a refusal) none. */
  settlement: z.enum(settlements),
  value: z.unknown().optional(),
  subject: issueSubjectSchema.nullable()
})
export type SettleIssueArgs = z.infer<typeof settleIssueArgs>

/** Who may settle an issue and take a settlement back: a field worker only what he wrote himself. */
export function maySettle(actor: Actor, issue: SyncIssue | null): boolean {
  return issue !== null && mayDo(actor, 'syncIssue.settle', { authorId: issue.authorId })
}

/**
 * A person settles a conflict or takes note of a refusal. The chosen value is written to the record's field. `base` holds
 * what he saw standing there: a field that has changed since is refused as stale, so that no newer value is lost unseen.
 */
export const settleIssue = defineCommand<SettleIssueArgs>({
  name: 'issue.settle',
  version: 1,
  opensNoIssue: true,
  args: settleIssueArgs as z.ZodType<SettleIssueArgs>,
  touches(args) {
    const touched: TouchedRecord[] = [{ collection: 'issues', type: 'sync_issue', id: args.issueId, as: 'need' }]
    if (args.subject) touched.push({ ...args.subject, as: 'look' })
    return touched
  },
  may: (actor, args, rows) => maySettle(actor, rows.get<IssueRecord>('sync_issue', args.issueId)),
  decide(rows, args, context) {
    const issue = rows.get<IssueRecord>('sync_issue', args.issueId)
    if (!issue) return reject('missing_record')
    if (issue.status === 'settled') return reject('stale_state')
    if (issue.kind !== 'conflict' || args.settlement === 'dismissed') return settled({ issue, settlement: 'dismissed', context })
    const subject = subjectOf(rows, issue, args.subject)
    if (!subject) return reject('missing_record')
    return settleConflict({ issue, args, subject, context })
  }
})

/** The record of a conflict, if it is the one the command names and is there. */
export function subjectOf(rows: Rows, issue: SyncIssue, named: IssueSubject | null): RecordFields | null {
  if (!named || !issue.field || named.id !== issue.subjectId || named.type !== issue.subjectType) return null
  return rows.get(named.type, named.id)
}

interface Conflict {
  issue: IssueRecord
  args: SettleIssueArgs
  subject: RecordFields
  context: CommandContext
}

function settleConflict({ issue, args, subject, context }: Conflict): Decision {
  const field = issue.field ?? ''
  const before = subject[field] ?? null
  if (context.base && field in context.base && !sameValue(context.base[field] ?? null, before)) return reject('stale_state')
  const chosen = chosenValue(args, issue, before)
  if (!chosen) {
    return reject('invalid_args', [{ path: 'value', message: 'This value cannot stand in the field.' }])
  }
  const decision = settled({ issue, settlement: args.settlement, context, value: chosen.value, before })
  if (!decision.ok || !args.subject) return decision
  const at = { subject: { type: subject.type, id: subject.id } }
  if (chosen.comment !== undefined) {
    const state = subject['state']
    const data = { fromState: state, toState: state, text: chosen.comment, visibility: 'staff' }
    return { ...decision, events: [...decision.events, { name: `${subject.type}.commented`, ...at, data }] }
  }
  const changes = { [field]: [before, chosen.value] }
  const writes = [...decision.writes, { collection: args.subject.collection, record: { ...subject, [field]: chosen.value } }]
  return { ...decision, writes, events: [...decision.events, { name: `${subject.type}.edited`, ...at, data: { changes, visibility: 'staff' } }] }
}

/** What will stand in the field, and what is kept beside it; null where the field cannot keep both. The server judges a third value by its schema. */
function chosenValue(args: SettleIssueArgs, issue: SyncIssue, before: unknown): { value: unknown; comment?: string } | null {
  if (args.settlement === 'yours') return { value: issue.yours }
  if (args.settlement === 'theirs') return { value: issue.theirs }
  if (args.settlement === 'other') return { value: args.value }
  const kept = keepBoth(issue, before)
  if (!kept) return null
  return kept.as === 'value' ? { value: kept.value } : { value: before, comment: kept.text }
}

function settled(given: {
  issue: IssueRecord
  settlement: Settlement
  context: CommandContext
  value?: unknown
  before?: unknown
}): Decision {
  const { issue, settlement, context } = given
  const record = {
    ...issue,
    status: 'settled' as const,
    settlement,
    settledBy: context.actor.userId,
    settledAt: new Date(context.now).toISOString(),
    settledValue: given.value ?? null,
    settledBefore: given.before ?? null
  }
  const event = { name: 'issue.settled', subject: { type: 'sync_issue', id: issue.id }, data: { settlement } }
  return accept([{ collection: 'issues', record }], [event])
}

export const syncIssueCommands = [settleIssue] as unknown as CommandDefinition[]
