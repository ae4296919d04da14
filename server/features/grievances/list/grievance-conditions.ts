import type { Actor } from '#shared/identity/actor.ts'
import { mayDoToAll, seesEveryWard } from '#shared/identity/access-policy.ts'
import type { GrievanceFilter } from '#shared/grievances/grievance-list.ts'

/** Conditions and their values, growing together, so that no value is ever written into SQL. */
export interface Conditions {
  readonly parts: string[]
  readonly values: unknown[]
  /** Takes the value and gives the placeholder that stands for it. */
  bind(value: unknown): string
}

/** The same words as in the partial indexes: the planner compares them. */
export const openCondition = `g.state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed')`
export const dueOrNever = `coalesce(g.due_at, 'infinity'::timestamptz)`

/** The tenant's grievances within the actor's reach: what the access policy says of `grievance.read`, in SQL. */
export function reachConditions(tenantId: string, actor: Actor): Conditions {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const parts = [`g.tenant_id = ${bind(tenantId)}`]
  if (!mayDoToAll(actor, 'grievance.read')) {
    const me = bind(actor.userId)
    const wards = seesEveryWard(actor.role) ? 'true' : `g.ward_id = any (${bind(actor.wardIds)}::uuid[])`
    const departments = actor.departmentLimit ? ` and g.department_id = any (${bind(actor.departmentLimit)}::uuid[])` : ''
    parts.push(`(${wards}${departments} or g.filed_by = ${me} or g.assignee_id = ${me})`)
  }
  return { parts, values, bind }
}

export interface FilterFacts {
  actor: Actor
  /** Server clock, ms. */
  now: number
  /** Ids that the search found; null without one. */
  found: readonly string[] | null
}

/** Adds what the filter asks for. */
export function addFilter(conditions: Conditions, filter: GrievanceFilter, facts: FilterFacts): void {
  const { parts, bind } = conditions
  if (filter.open !== undefined) parts.push(filter.open ? openCondition : `not (${openCondition})`)
  if (filter.state) parts.push(`g.state = any (${bind(filter.state)})`)
  if (filter.categoryId) parts.push(`g.category_id = any (${bind(filter.categoryId)}::uuid[])`)
  if (filter.priority) parts.push(`g.priority = any (${bind(filter.priority)})`)
  if (filter.source) parts.push(`g.source = any (${bind(filter.source)})`)
  addReference(conditions, 'g.department_id', filter.departmentId)
  addReference(conditions, 'g.ward_id', filter.wardId)
  addReference(
    conditions,
    'g.assignee_id',
    filter.assigneeId?.map((id) => (id === 'me' ? (facts.actor.userId ?? 'none') : id))
  )
  if (filter.overdue) {
    parts.push(openCondition, 'g.paused_at is null', `${dueOrNever} < ${bind(new Date(facts.now).toISOString())}`)
  }
  if (filter.dueBefore) parts.push(`${dueOrNever} < ${bind(filter.dueBefore)}`)
  if (filter.filedFrom) parts.push(`g.filed_at >= ${bind(filter.filedFrom)}`)
  if (filter.filedTo) parts.push(`g.filed_at < ${bind(filter.filedTo)}`)
  if (facts.found) parts.push(`g.id = any (${bind(facts.found)}::uuid[])`)
}

function addReference({ parts, bind }: Conditions, column: string, wanted: readonly string[] | undefined): void {
  if (!wanted) return
  const ids = wanted.filter((id) => id !== 'none')
  const choices = [
    ...(ids.length === 1 ? [`${column} = ${bind(ids[0])}::uuid`] : []),
    ...(ids.length > 1 ? [`${column} = any (${bind(ids)}::uuid[])`] : []),
    ...(wanted.includes('none') ? [`${column} is null`] : [])
  ]
  parts.push(`(${choices.join(' or ')})`)
}
