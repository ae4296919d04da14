import { expect, test } from 'vitest'
import type { SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'
import { groupIssues } from './issue-groups.ts'

const issue = (id: string, more: Partial<SyncIssueRow>) =>
  ({ id, kind: 'conflict', subjectType: 'grievance', subjectId: 'g', commandId: 'c', status: 'open', ...more }) as SyncIssueRow
const idsOf = (issues: SyncIssueRow[]) => groupIssues(issues).map((group) => group.issues.map((one) => one.id))

test('the parts of a place that one command moved are one decision; everything else is decided by itself', () => {
  const issues = [
    issue('1', { field: 'latitude' }),
    issue('2', { field: 'description' }),
    issue('3', { field: 'longitude' }),
    issue('4', { field: 'longitude', commandId: 'another' }),
    issue('5', { field: 'longitude', status: 'settled' }),
    issue('6', { kind: 'rejected', field: null }),
    issue('7', { field: 'unknown to this version' })
  ]
  expect(idsOf(issues)).toEqual([['1', '3'], ['2'], ['4'], ['5'], ['6'], ['7']])
})
