import type { Actor } from '#shared/identity/actor.ts'
import type { GrievanceCounts, WardCounts } from '#shared/grievances/grievance-list.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { dueOrNever, openCondition, reachConditions } from './grievance-conditions.ts'

/** Counting stops here: a rail of views needs no exact hundred thousands. */
const mostCounted = 10_000

/** How many grievances stand in each view of the rail, within the actor's reach. `now`: server clock, ms. */
export async function countViews(tx: Tx, actor: Actor, now: number): Promise<GrievanceCounts> {
  const conditions = reachConditions(tx.tenantId, actor)
  const reach = conditions.parts.join(' and ')
  const [me, at] = [conditions.bind(actor.userId), conditions.bind(new Date(now).toISOString())]
  const few = (condition: string) =>
    `(select count(*) from (select 1 from grievance g where ${reach} and ${condition} limit ${mostCounted + 1}) few)`
  const { rows } = await tx.query<GrievanceCounts['views']>(
    `select ${few(`g.assignee_id = ${me}::uuid and ${openCondition}`)} as mine, ${few(`g.state = 'submitted'`)} as new,
       ${few(`g.assignee_id is null and ${openCondition}`)} as unassigned,
       ${few(`${openCondition} and g.paused_at is null and ${dueOrNever} < ${at}::timestamptz`)} as overdue,
       ${few(openCondition)} as open, ${few(`not (${openCondition})`)} as closed`,
    conditions.values
  )
  return {
    most: mostCounted,
    views: rows[0] as GrievanceCounts['views'],
    departments: await countDepartments(tx, actor)
  }
}

async function countDepartments(tx: Tx, actor: Actor): Promise<GrievanceCounts['departments']> {
  const conditions = reachConditions(tx.tenantId, actor)
  const { rows } = await tx.query<GrievanceCounts['departments'][number]>(
    `select d.id, few.open from department d cross join lateral (
       select count(*) as open from (
         select 1 from grievance g where ${conditions.parts.join(' and ')} and g.department_id = d.id and ${openCondition} limit ${mostCounted + 1}
       ) one
     ) few where d.tenant_id = $1 and (d.active or few.open > 0) order by d.name, d.id limit 200`,
    conditions.values
  )
  return rows
}

/** Open and overdue grievances by ward, for the map. */
export async function countWards(tx: Tx, actor: Actor, now: number): Promise<WardCounts> {
  const conditions = reachConditions(tx.tenantId, actor)
  const at = conditions.bind(new Date(now).toISOString())
  const { rows } = await tx.query<WardCounts['wards'][number]>(
    `select g.ward_id as "wardId", count(*) as open,
            count(*) filter (where g.due_at < ${at}::timestamptz and g.paused_at is null) as overdue
     from grievance g where ${conditions.parts.join(' and ')} and ${openCondition} group by g.ward_id order by g.ward_id`,
    conditions.values
  )
  return { wards: rows }
}
