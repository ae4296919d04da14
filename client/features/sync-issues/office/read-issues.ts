import { syncIssueListSchema, type SyncIssueList, type SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'
import type { ApiClient } from '#client/http/api-client.ts'

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

/** Args of the command `issue.settle`. `value` only for a third one. */
export function settleArgs(
  issue: SyncIssueRow,
  settlement: 'yours' | 'theirs' | 'other' | 'dismissed',
  value?: unknown
): Record<string, unknown> {
  const { subjectCollection: collection, subjectType: type, subjectId: id } = issue
  const subject = issue.kind === 'conflict' && collection && type && id ? { collection, type, id } : null
  return { issueId: issue.id, settlement, subject, ...(settlement === 'other' && { value }) }
}
