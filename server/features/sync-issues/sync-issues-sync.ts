import { issueDeskCommands } from '#shared/sync-issues/reopen-issue.ts'
import { syncIssueCommands } from '#shared/sync-issues/settle-issue.ts'
import { syncIssueSchema } from '#shared/sync-issues/sync-issue.ts'
import type { SyncPart } from '../../sync/registry.ts'

/** Conflicts and refusals, seen and settled by their author and the office. */
export const syncIssuesSync: SyncPart = {
  commands: [...syncIssueCommands, ...issueDeskCommands],
  records: [{ type: 'sync_issue', collection: 'issues', table: 'sync_issue', schema: syncIssueSchema, sealed: ['payload'] }]
}
