import { syncIssueListSchema, type SyncIssueList, type SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'
import type { IssueSubject } from '#shared/sync-issues/settle-issue.ts'
import type { Settlement } from '#shared/sync-issues/sync-issue.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { NewCommand } from '#client/sync/direct-sink.ts'

/** A page of issues, the newest first. */
export function readIssues(api: ApiClient, query: Record<string, string>): Promise<SyncIssueList> {
  return api.call({
    method: 'GET',
    path: `/api/v1/sync-issues?${new URLSearchParams(query)}`,
    reply: syncIssueListSchema
  })
}

export async function countOpenIssues(api: ApiClient): Promise<number> {
  return (await readIssues(api, { limit: '1' })).open
}

/** The command that settles an issue, with what stands in the field as its base. `value` only for a third one. */
export function settleCommand(issue: SyncIssueRow, settlement: Settlement, value?: unknown): NewCommand {
  const args = { issueId: issue.id, settlement, subject: subjectOf(issue), ...(settlement === 'other' && { value }) }
  return { name: 'issue.settle', args, ...(issue.field !== null && { base: { [issue.field]: issue.standing ?? null } }) }
}

/** The command that takes a settlement back. */
export function reopenCommand(issue: SyncIssueRow): NewCommand {
  return { name: 'issue.reopen', args: { issueId: issue.id, subject: subjectOf(issue) } }
}

function subjectOf({ kind, subjectCollection: collection, subjectType: type, subjectId: id }: SyncIssueRow): IssueSubject | null {
  return kind === 'conflict' && collection && type && id ? { collection, type, id } : null
}
