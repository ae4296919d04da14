import { z } from 'zod'
import { mayDo } from '../identity/access-policy.ts'
import { accept, defineCommand, reject, type CommandDefinition, type RecordWrite, type TouchedRecord } from '../protocol/define-command.ts'
import { collectionNameSchema } from '../protocol/collection-names.ts'
import type { RecordFields } from '../protocol/define-command.ts'
import type { SyncIssue } from './sync-issue.ts'

export const settleIssueArgs = z.object({
  issueId: z.uuid(),
  /** Whose value stands: the author's, the one that was stored, a third, or (for a refusal) none. */
  settlement: z.enum(['yours', 'theirs', 'other', 'dismissed']),
  value: z.unknown().optional(),
  subject: z.object({ collection: collectionNameSchema, type: z.string(), id: z.uuid() }).nullable()
})
export type SettleIssueArgs = z.infer<typeof settleIssueArgs>

/** A person settles a conflict or takes note of a refusal. The chosen value is written to the record's field. */
export const settleIssue = defineCommand<SettleIssueArgs>({
  name: 'issue.settle',
  version: 1,
  args: settleIssueArgs as z.ZodType<SettleIssueArgs>,
  touches(args) {
    const touched: TouchedRecord[] = [{ collection: 'issues', type: 'sync_issue', id: args.issueId, as: 'need' }]
    if (args.subject) touched.push({ ...args.subject, as: 'look' })
    return touched
  },
  may(actor, args, rows) {
    const issue = rows.get<SyncIssue & RecordFields>('sync_issue', args.issueId)
    if (!issue || !mayDo(actor.role, 'syncIssue.settle')) return false
    return actor.role !== 'field_worker' || issue.authorId === actor.userId
  },
  decide(rows, args, context) {
    const issue = rows.get<SyncIssue & RecordFields>('sync_issue', args.issueId)
    if (!issue) return reject('missing_record')
    if (issue.status === 'settled') return reject('stale_state')
    const settled = {
      ...issue,
      status: 'settled' as const,
      settlement: args.settlement,
      settledBy: context.actor.userId,
      settledAt: new Date(context.now).toISOString()
    }
    const writes: RecordWrite[] = [{ collection: 'issues', record: settled }]
    const subject = issue.kind === 'conflict' && issue.subjectId ? rows.get(issue.subjectType ?? '', issue.subjectId) : null
    if (!subject || !args.subject || !issue.field || args.subject.id !== issue.subjectId) {
      return accept(writes, [{ name: 'issue.settled', subject: { type: 'sync_issue', id: issue.id }, data: { settlement: args.settlement } }])
    }
    const value = { yours: issue.yours, theirs: issue.theirs, other: args.value, dismissed: subject[issue.field] }[args.settlement]
    writes.push({ collection: args.subject.collection, record: { ...subject, [issue.field]: value } })
    const changes = { [issue.field]: [subject[issue.field], value] }
    return accept(writes, [
      { name: 'issue.settled', subject: { type: 'sync_issue', id: issue.id }, data: { settlement: args.settlement } },
      { name: `${subject.type}.edited`, subject: { type: subject.type, id: subject.id }, data: { changes, visibility: 'staff' } }
    ])
  }
})

export const syncIssueCommands = [settleIssue] as unknown as CommandDefinition[]
