import { z } from 'zod'
import { sameValue } from '../protocol/canonical-json.ts'
import { accept, defineCommand, reject, type CommandDefinition, type TouchedRecord } from '../protocol/define-command.ts'
import { issueSubjectSchema, maySettle, subjectOf, type IssueRecord } from './settle-issue.ts'

export const reopenIssueArgs = z.object({ issueId: z.uuid(), subject: issueSubjectSchema.nullable() })
export type ReopenIssueArgs = z.infer<typeof reopenIssueArgs>

/**
 * Takes a settlement back: what stood in the field before it is written again, as a change of its own, and the issue is
 * open as before. Refused as stale once somebody has changed the field since. A remark that kept the second value stays.
 */
export const reopenIssue = defineCommand<ReopenIssueArgs>({
  name: 'issue.reopen',
  version: 1,
  opensNoIssue: true,
  args: reopenIssueArgs,
  touches(args) {
    const touched: TouchedRecord[] = [{ collection: 'issues', type: 'sync_issue', id: args.issueId, as: 'need' }]
    if (args.subject) touched.push({ ...args.subject, as: 'look' })
    return touched
  },
  may: (actor, args, rows) => maySettle(actor, rows.get<IssueRecord>('sync_issue', args.issueId)),
  decide(rows, args) {
    const issue = rows.get<IssueRecord>('sync_issue', args.issueId)
    if (!issue) return reject('missing_record')
    if (issue.status !== 'settled') return reject('stale_state')
    const nobody = { settlement: null, settledBy: null, settledAt: null, settledValue: null, settledBefore: null }
    const reopened = accept(
      [{ collection: 'issues', record: { ...issue, ...nobody, status: 'open' } }],
      [{ name: 'issue.reopened', subject: { type: 'sync_issue', id: issue.id }, data: { settlement: issue.settlement } }]
    )
    if (!reopened.ok || issue.kind !== 'conflict' || issue.settlement === 'dismissed') return reopened
    const subject = subjectOf(rows, issue, args.subject)
    if (!subject || !args.subject || !issue.field) return reject('missing_record')
    const [stands, before] = [subject[issue.field] ?? null, issue.settledBefore ?? null]
    if (!sameValue(stands, issue.settledValue ?? null)) return reject('stale_state')
    if (sameValue(stands, before)) return reopened
    const changes = { [issue.field]: [stands, before] }
    const edited = { name: `${subject.type}.edited`, subject: { type: subject.type, id: subject.id }, data: { changes, visibility: 'staff' } }
    const write = { collection: args.subject.collection, record: { ...subject, [issue.field]: before } }
    return { ...reopened, writes: [...reopened.writes, write], events: [...reopened.events, edited] }
  }
})

/** What only the office's desk offers; the server knows it beside the commands of every device. */
export const issueDeskCommands = [reopenIssue] as unknown as CommandDefinition[]
