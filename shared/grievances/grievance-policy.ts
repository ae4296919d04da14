import type { Actor } from '../identity/actor.ts'
import { mayDo, type AccessAction } from '../identity/access-policy.ts'
import { seesEveryWard } from '../identity/actor.ts'
import type { Grievance } from './grievance.ts'
import { actionsFrom, stepOf, type GrievanceAction } from './grievance-state.ts'

type Placed = Pick<Grievance, 'wardId' | 'filedBy' | 'assigneeId'>

/**
 * Whether the grievance is within reach of the actor: office roles reach all, a field worker reaches his wards, what he
 * filed and what is assigned to him. A citizen reaches a report only through proof given to the portal, before any rule.
 */
export function inReach(actor: Actor, grievance: Placed): boolean {
  if (seesEveryWard(actor.role) || actor.role === 'citizen') return true
  if (grievance.wardId !== null && actor.wardIds.includes(grievance.wardId)) return true
  return actor.userId !== null && (grievance.filedBy === actor.userId || grievance.assigneeId === actor.userId)
}

/** Whether the actor may do this kind of thing to this grievance; the state is judged apart. */
export function mayActOn(actor: Actor, access: AccessAction, grievance: Placed): boolean {
  return mayDo(actor.role, access) && inReach(actor, grievance)
}

/** Someone who speaks for the office, not only for his own work. */
export function speaksForOffice(actor: Actor): boolean {
  return actor.role === 'owner' || actor.role === 'officer' || actor.role === 'system'
}

/** Steps to offer on the screen: allowed by state, role and reach. Conditions that need time are judged when done. */
export function offeredActions(actor: Actor, grievance: Grievance): GrievanceAction[] {
  return actionsFrom(grievance.state).filter((action) => {
    const step = stepOf(action)
    if (!mayActOn(actor, step.access, grievance)) return false
    if (step.conditions.includes('assigneeOrOffice') && !speaksForOffice(actor)) return grievance.assigneeId === actor.userId
    return true
  })
}
