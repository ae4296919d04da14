import type { RouteLocationRaw } from 'vue-router'
import type { RecordRef } from '#shared/protocol/collection-names.ts'

/** The page of a record, null where it has none of its own. */
export function recordRoute(subject: Pick<RecordRef, 'type' | 'id'> | null): RouteLocationRaw | null {
  const name = { grievance: 'case', person: 'person', household: 'household' }[subject?.type ?? '']
  return name && subject ? { name, params: { id: subject.id } } : null
}
