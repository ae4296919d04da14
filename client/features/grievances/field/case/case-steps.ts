import { stepOf, type GrievanceAction } from '#shared/grievances/grievance-state.ts'

/** What a worker does on the phone; the office has more. In the order of their use. */
const workerActions: readonly GrievanceAction[] = ['start', 'resolve', 'supplyInfo', 'interimReply', 'askReassign', 'escalate', 'reopen', 'withdraw']

/** The offered steps this app has a form for; the first is the one main action, if the work itself can go on. */
export function workerSteps(offered: readonly GrievanceAction[]): { main: GrievanceAction | null; others: GrievanceAction[] } {
  const steps = workerActions.filter((action) => offered.includes(action))
  const [first] = steps
  const main = first === 'start' || first === 'resolve' ? first : null
  return { main, others: steps.filter((action) => action !== main) }
}

/** Label of the text a step asks for, as an i18n key; null where it asks for none. */
export function textLabel(action: GrievanceAction): string | null {
  if (!stepOf(action).needs.includes('text')) return null
  if (action === 'resolve' || action === 'interimReply') return 'grievances.need.answer'
  return stepOf(action).shownTo === 'staff' || action === 'escalate' ? 'grievances.need.note' : 'grievances.need.text'
}

/** End of the local day `days` after `now` (ms), as an instant; `day` is `2026-11-23`. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:00`).toISOString()
}
