import { accessActions, mayDo, type AccessSubject } from '#shared/identity/access-policy.ts'
import { officeRoles, type Actor } from '#shared/identity/actor.ts'
import { choosableActions } from '#shared/identity/custom-role.ts'
import { compareRuns, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, '0')}`
/** As many as a field worker may be given, so that looking for one of them costs what it can cost. */
const wardIds = Array.from({ length: 500 }, (_, number) => id(number))
/** Most a decision may take, ms. */
const budgetMs = 0.02

/** Who asks: each office role as it stands, and as a custom role with everything its base has. */
const actors: Actor[] = officeRoles.flatMap((role) => {
  const actor: Actor = { tenantId: id(9001), role, userId: id(9002), deviceId: null, name: 'A', departmentId: null, wardIds: role === 'field_worker' ? wardIds : [] }
  return [actor, { ...actor, actions: choosableActions(role), masks: ['phone'] }]
})
const subjects: AccessSubject[] = [
  { wardId: wardIds.at(-1)!, authorId: id(9003), assigneeId: null },
  { wardId: id(9004), authorId: id(9003), assigneeId: id(9005), visibility: 'staff' }
]

/** One decision of the access policy over every actor, action and subject, mean of many. */
export function measurePolicy({ times }: BenchPlan): Promise<BenchRow[]> {
  decideAll(200)
  const ours = Array.from({ length: Math.max(3, times) }, () => decideAll(500))
  const detail = `mean of ${accessActions.length} actions, ${actors.length} actors, ${subjects.length} records; a field worker has ${wardIds.length} wards`
  return Promise.resolve([compareRuns({ name: 'authz', detail, unit: 'ms', reference: 'budget', ours, floor: [budgetMs] })])
}

/** Time of a decision, ms. */
function decideAll(rounds: number): number {
  let granted = 0
  const questions = actors.flatMap((actor) => accessActions.flatMap((action) => subjects.map((subject) => ({ actor, action, subject }))))
  const begun = performance.now()
  for (let round = 0; round < rounds; round += 1) {
    for (const { actor, action, subject } of questions) if (mayDo(actor, action, subject)) granted += 1
  }
  const took = performance.now() - begun
  if (granted === 0) throw new Error('nothing was granted: this measures refusals only')
  return took / (rounds * actors.length * accessActions.length * subjects.length)
}
