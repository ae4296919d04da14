import { z } from 'zod'
import { accept, defineCommand, reject } from '../protocol/define-command.ts'
import { worksIn } from './add-person.ts'
import type { Household } from './person.ts'

export const moveHouseholdArgs = z.object({
  householdId: z.uuid(),
  wardId: z.uuid(),
  /** The ward the author saw. A household that was moved meanwhile is not moved again. */
  fromWardId: z.uuid()
})
export type MoveHouseholdArgs = z.infer<typeof moveHouseholdArgs>

/**
 * A household belongs to another ward. Its people, their contacts and its open grievances follow on the server, in the same
 * transaction. A field worker may move what lies in his wards, also to a ward that is not his: then it leaves his phone.
 */
export const moveHousehold = defineCommand<MoveHouseholdArgs>({
  name: 'household.move',
  version: 1,
  args: moveHouseholdArgs,
  touches: (args) => [
    { collection: 'places', type: 'household', id: args.householdId, as: 'need' },
    { collection: 'places', type: 'ward', id: args.wardId, as: 'need' }
  ],
  may(actor, args, rows) {
    const household = rows.get<Household>('household', args.householdId)
    return household !== null && worksIn(actor, household.wardId)
  },
  decide(rows, { householdId, wardId, fromWardId }) {
    const household = rows.get<Household>('household', householdId)
    if (!household) return reject('missing_record')
    if (household.wardId === wardId) return accept([])
    if (household.wardId !== fromWardId) {
      const subject = { collection: 'places' as const, type: 'household', id: householdId }
      return { ok: false, code: 'stale_state', contest: { subject, field: 'wardId', base: fromWardId, yours: wardId, theirs: household.wardId } }
    }
    const event = { name: 'household.moved', subject: { type: 'household', id: householdId }, data: { fromWardId, wardId } }
    return accept([{ collection: 'places', record: { ...household, wardId } }], [event])
  }
})
