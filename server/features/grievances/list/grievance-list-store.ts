import type { Actor } from '#shared/identity/actor.ts'
import type {
  GrievanceList,
  GrievanceListQuery,
  GrievanceRow,
  GrievanceSortKey
} from '#shared/grievances/grievance-list.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { addFilter, dueOrNever, reachConditions, type Conditions } from './grievance-conditions.ts'
import { mostFound } from './grievance-search.ts'
import { readCursor, writeCursor } from './list-cursor.ts'

/** Totals above this are estimated. */
const mostCounted = 10_000

const columns = `g.id, g.rev, g.number, g.state, g.category_id as "categoryId", g.department_id as "departmentId",
  g.assignee_id as "assigneeId", g.priority, g.description, g.landmark, g.ward_id as "wardId", g.source, g.filed_at as "filedAt",
  g.due_at as "dueAt", g.paused_at as "pausedAt", g.resolved_at as "resolvedAt", g.reopened_count as "reopenedCount",
  g.escalation_level as "escalationLevel", jsonb_array_length(g.photos) as "photoCount"`

/** What is sorted by, as in the indexes, and the type its cursor is read as. */
const sortedBy: Record<GrievanceSortKey, { expression: string; type: string }> = {
  filedAt: { expression: 'g.filed_at', type: 'timestamptz' },
  dueAt: { expression: dueOrNever, type: 'timestamptz' },
  number: { expression: 'g.number collate "C"', type: 'text' },
  state: { expression: 'g.state', type: 'text' }
}

export interface ListRequest {
  actor: Actor
  query: GrievanceListQuery
  /** Server clock, ms. */
  now: number
  found: readonly string[] | null
}

/** One page behind the cursor; the first page also says how many rows there are. */
export async function listGrievances(tx: Tx, request: ListRequest): Promise<GrievanceList> {
  const { query } = request
  if (request.found?.length === 0) return { rows: [], next: null, total: { count: 0, exact: true } }
  const { expression, type } = sortedBy[query.sort]
  const conditions = reachConditions(tx.tenantId, request.actor)
  addFilter(conditions, query, request)
  const total = query.cursor === undefined ? await countRows(tx, conditions) : null
  if (total && request.found?.length === mostFound) total.exact = false
  const ascending = query.order === 'asc'
  const order = `${query.sort}.${query.order}`
  if (query.cursor !== undefined) {
    const cursor = readCursor(query.cursor, order)
    const place = `(${conditions.bind(cursor.value)}::${type}, ${conditions.bind(cursor.id)}::uuid)`
    conditions.parts.push(`(${expression}, g.id) ${ascending ? '>' : '<'} ${place}`)
  }
  const { rows } = await tx.query<GrievanceRow & { place?: string }>(
    `select ${columns}, (${expression})::text as place from grievance g where ${conditions.parts.join(' and ')}
     order by ${expression} ${query.order}, g.id ${query.order} limit ${conditions.bind(query.limit + 1)}`,
    conditions.values
  )
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const next =
    rows.length > query.limit && last ? writeCursor({ sort: order, value: last.place ?? '', id: last.id }) : null
  for (const row of page) delete row.place
  return { rows: page, next, total }
}

async function countRows(tx: Tx, { parts, values }: Conditions): Promise<GrievanceList['total']> {
  const matching = `select 1 from grievance g where ${parts.join(' and ')}`
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) from (${matching} limit ${mostCounted + 1}) few`,
    values
  )
  const count = rows[0]?.count ?? 0
  if (count <= mostCounted) return { count, exact: true }
  const plan = await tx.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) ${matching}`,
    values
  )
  const estimate = plan.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? count
  return { count: Math.max(count, Math.round(estimate)), exact: false }
}
