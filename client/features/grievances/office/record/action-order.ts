import type { GrievanceAction } from '#shared/grievances/grievance-state.ts'

/** What an officer does most, first. The first offered one is the main button; steps without a form are done at once. */
const order: readonly GrievanceAction[] = [
  'upholdAppeal', 'dismissAppeal', 'assign', 'accept', 'resolve', 'start', 'supplyInfo', 'returnForInfo', 'reject', 'interimReply', 'transfer', 'escalate',
  'linkDuplicate', 'askReassign', 'reopen', 'close', 'withdraw'
]
const shownAtOnce = 4

/** The offered steps in the order of their use: the first few as buttons, the rest behind "more". */
export function arrangeActions(offered: readonly GrievanceAction[]): { first: GrievanceAction[]; more: GrievanceAction[] } {
  const known = order.filter((action) => offered.includes(action))
  return { first: known.slice(0, shownAtOnce), more: known.slice(shownAtOnce) }
}

/** After the work is assigned, going on with it comes before giving it to somebody else. */
export function mainAction(state: string, offered: readonly GrievanceAction[]): GrievanceAction | null {
  if ((state === 'assigned' || state === 'in_progress') && offered.includes('resolve')) return 'resolve'
  return arrangeActions(offered).first[0] ?? null
}
