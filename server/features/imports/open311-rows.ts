import type { ImportedRequest } from '#shared/imports/open311-file.ts'
import type { TenantRecord } from '../../postgres/directory.ts'
import { identityOf } from './source-identity.ts'

interface RequestOrigin {
  readonly request: ImportedRequest
  readonly tenant: TenantRecord
  readonly categoryId: string
  readonly wardId: string | null
  newId(): string
}

/** Rows of grievance, number and timeline for a request, in snake_case. */
export function requestRows({ request, tenant, categoryId, wardId, newId }: RequestOrigin) {
  const { id, number } = identityOf({
    tenantId: tenant.tenantId,
    sourceKey: request.sourceKey,
    prefix: tenant.trackingPrefix,
    at: request.filedAt
  })
  const filing = eventRow(request, {
    id: newId(),
    grievance_id: id,
    event: 'grievance.filed',
    to_state: 'submitted',
    at: request.filedAt
  })
  const closing = request.closed ? [closingRow(request, id, newId())] : []
  return {
    grievance: grievanceRow(request, { id, number, categoryId, wardId }),
    number: { number, grievance_id: id, main: true },
    events: [filing, ...closing]
  }
}

function grievanceRow(
  request: ImportedRequest,
  given: { id: string; number: string; categoryId: string; wardId: string | null }
) {
  const closedAt = instant(request.closedAt)
  const [longitude, latitude] = request.position ?? [null, null]
  return {
    id: given.id,
    number: given.number,
    state: request.closed ? 'closed' : 'submitted',
    category_id: given.categoryId,
    ward_id: given.wardId,
    priority: 'normal',
    description: request.description,
    latitude,
    longitude,
    landmark: request.landmark,
    source: 'import',
    visibility: 'public',
    photos: [],
    filed_at: instant(request.filedAt),
    due_at: instant(request.dueAt),
    resolved_at: closedAt,
    closed_at: closedAt,
    resolution: request.closed ? request.notes : null,
    reopened_count: 0,
    escalation_level: 0,
    source_key: request.sourceKey
  }
}

/** The entry that closes an imported request: only the other system knows the steps between. */
export function closingRow(request: ImportedRequest, grievanceId: string, id: string) {
  const words = [request.notes, request.timeNote].filter((part) => part !== null).join('\n')
  return {
    ...eventRow(request, {
      id,
      grievance_id: grievanceId,
      event: 'grievance.closed',
      to_state: 'closed',
      at: request.closedAt!
    }),
    from_state: 'submitted',
    text: words || null
  }
}

interface EntryFacts {
  id: string
  grievance_id: string
  event: string
  to_state: string
  at: number
}

function eventRow(request: ImportedRequest, { at, ...facts }: EntryFacts) {
  const openNotes = request.closed ? null : request.notes
  return {
    ...facts,
    from_state: null as string | null,
    changes: {},
    text: openNotes,
    visibility: 'public',
    actor_role: 'system',
    actor_name: '',
    at: instant(at),
    claimed_at: instant(at)
  }
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
