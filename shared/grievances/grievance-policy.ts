import type { Actor } from '../identity/actor.ts'
import { mayDo, type AccessAction, type AccessSubject } from '../identity/access-policy.ts'
import type { Grievance } from './grievance.ts'
import { actionsFrom, stepOf, type GrievanceAction } from './grievance-state.ts'

type Placed = Pick<Grievance, 'wardId' | 'departmentId' | 'filedBy' | 'assigneeId'>

/** What the access policy looks at in a grievance. */
export function subjectOf({ wardId, departmentId, filedBy, assigneeId }: Placed): AccessSubject {
  return { wardId, departmentId, authorId: filedBy, assigneeId }
}

/** Whether the actor may do this kind of thing to this grievance; the state is judged apart. */
export function mayActOn(actor: Actor, access: AccessAction, grievance: Placed): boolean {
  return mayDo(actor, access, subjectOf(grievance))
}

/** Steps to offer on the screen: allowed by state, role and reach. Conditions that need time are judged when done. */
export function offeredActions(actor: Actor, grievance: Grievance): GrievanceAction[] {
  return actionsFrom(grievance.state).filter((action) => {
    const step = stepOf(action)
    if (!mayActOn(actor, step.access, grievance)) return false
    return !step.conditions.includes('assigneeOrOffice') || mayActOn(actor, 'grievance.workForOthers', grievance)
  })
}
