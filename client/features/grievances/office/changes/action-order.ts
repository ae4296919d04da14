import type { GrievanceAction, GrievanceState } from '#shared/grievances/grievance-state.ts'

/** What an officer does most, first. */
const order: readonly GrievanceAction[] = [
  'upholdAppeal',
  'dismissAppeal',
  'assign',
  'accept',
  'resolve',
  'start',
  'supplyInfo',
  'returnForInfo',
  'reject',
  'interimReply',
  'transfer',
  'escalate',
  'linkDuplicate',
  'askReassign',
  'reopen',
  'close',
  'withdraw'
]
const shownAtOnce = 4

/** The offered steps in the order of their use: the first few as buttons, the very first as the main one; the rest behind "more". */
export function arrangeActions(
  state: GrievanceState,
  offered: readonly GrievanceAction[]
): { first: GrievanceAction[]; more: GrievanceAction[] } {
  const isUnderWay = state === 'assigned' || state === 'in_progress'
  const known = order.filter((action) => offered.includes(action))
  const sorted = isUnderWay ? [...known].sort((a, b) => Number(b === 'resolve') - Number(a === 'resolve')) : known
  return { first: sorted.slice(0, shownAtOnce), more: sorted.slice(shownAtOnce) }
}
