import { computed, type ComputedRef } from 'vue'
import { grievanceFacts, type Grievance } from '#shared/grievances/grievance.ts'
import { personFacts, type Person } from '#shared/people/person.ts'
import type { SyncIssue } from '#shared/sync-issues/sync-issue.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { useRecords } from '#client/sync/useSyncEngine.ts'
import { useShownValue } from './use-shown-value.ts'

/** How issues name what they are about, from the records on this phone. */
export interface IssueRecords {
  /** The record as it stands on this phone; undefined where it is not here. */
  recordOf(issue: SyncIssue): Record<string, unknown> | undefined
  /** Number or name of the record; empty where it is not here. */
  titleOf(issue: SyncIssue): string
  fieldOf(issue: SyncIssue): string
  /** A value of the issue's field as people say it; null where nothing stood. */
  valueOf(issue: SyncIssue, value: unknown): string | null
}

export function useIssueRecords(issues: () => readonly SyncIssue[]): ComputedRef<IssueRecords> {
  const { t } = useI18n()
  const shown = useShownValue()
  const idsOf = (type: string) => new Set(issues().flatMap((issue) => (issue.subjectType === type && issue.subjectId ? [issue.subjectId] : [])))
  const { records: grievances } = useRecords<Grievance>(() => {
    const ids = idsOf('grievance')
    return ids.size > 0 ? { collection: 'cases', type: 'grievance', where: ({ id }) => ids.has(id) } : null
  })
  const { records: people } = useRecords<Person>(() => {
    const ids = idsOf('person')
    return ids.size > 0 ? { collection: 'people', type: 'person', where: ({ id }) => ids.has(id) } : null
  })
  return computed(() => {
    const byId = new Map<string, Record<string, unknown>>([...grievances.value, ...people.value].map((record) => [record.id, record]))
    const recordOf = (issue: SyncIssue) => byId.get(issue.subjectId ?? '')
    return {
      recordOf,
      titleOf: (issue) => String(recordOf(issue)?.['number'] ?? recordOf(issue)?.['name'] ?? ''),
      fieldOf(issue) {
        const facts: Readonly<Record<string, { label: string } | undefined>> = issue.subjectType === 'person' ? personFacts : grievanceFacts
        const known = facts[issue.field ?? '']
        return known ? t(known.label) : (issue.field ?? '')
      },
      valueOf: (issue, value) => (value === null || value === undefined || value === '' ? null : shown.value(issue.field ?? '', value))
    }
  })
}
