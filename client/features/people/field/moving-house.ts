import type { Grievance } from '#shared/grievances/grievance.ts'
import { isOpen } from '#shared/grievances/grievance-state.ts'
import type { Household } from '#shared/people/person.ts'

/** Whether a grievance goes to the new ward with this household: open, in the ward it leaves, and its own or of one of its people. */
export function goesAlong(
  grievance: Pick<Grievance, 'state' | 'wardId' | 'householdId' | 'personId'>,
  household: Pick<Household, 'id' | 'wardId'>,
  memberIds: ReadonlySet<string>
): boolean {
  if (!isOpen(grievance.state) || grievance.wardId !== household.wardId) return false
  return grievance.householdId === household.id || (grievance.personId !== null && memberIds.has(grievance.personId))
}
