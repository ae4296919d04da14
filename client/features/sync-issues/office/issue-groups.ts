import { issueFacts } from '#shared/sync-issues/issue-fields.ts'
import type { SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'

/** Issues that are decided together: fields of one merge unit that one command changed, else a single issue. */
export interface IssueGroup {
  /** Id of the first issue. */
  readonly id: string
  readonly issues: readonly SyncIssueRow[]
}

/** In the order of their first issue. A latitude is never settled without its longitude. */
export function groupIssues(issues: readonly SyncIssueRow[]): IssueGroup[] {
  const groups = new Map<string, SyncIssueRow[]>()
  for (const issue of issues) {
    const unit = issue.kind === 'conflict' ? issueFacts(issue)?.mergeUnit : undefined
    const key = unit === undefined ? issue.id : [issue.commandId, issue.subjectId, unit, issue.status].join()
    const group = groups.get(key)
    if (group) group.push(issue)
    else groups.set(key, [issue])
  }
  return [...groups.values()].map((group) => ({ id: group[0]!.id, issues: group }))
}
