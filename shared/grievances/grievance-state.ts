import type { AccessAction } from '../identity/access-policy.ts'

export const grievanceStates = [
  'submitted',
  'info_needed',
  'triaged',
  'assigned',
  'in_progress',
  'transferred',
  'appealed',
  'resolved',
  'rejected',
  'duplicate',
  'withdrawn',
  'closed'
] as const
export type GrievanceState = (typeof grievanceStates)[number]

const closedStates: readonly GrievanceState[] = ['resolved', 'rejected', 'duplicate', 'withdrawn', 'closed']

/** Open311 knows only open and closed; so does every count of pendency. */
export function isOpen(state: GrievanceState): boolean {
  return !closedStates.includes(state)
}

const open = grievanceStates.filter(isOpen)

/** What a person must give for a step. */
export type StepNeed = 'text' | 'reason' | 'assigneeOrDepartment' | 'duplicateOf' | 'target' | 'rating' | 'expectedAt'

/** A further condition on the one who acts, beside the right of the role. */
export type StepCondition = 'assigneeOrOffice' | 'notTheDecider' | 'withinReopenWindow' | 'proofOfFix'

export interface GrievanceStep {
  from: readonly GrievanceState[]
  /** `same`: the state stays. */
  to: GrievanceState | 'same'
  access: AccessAction
  needs: readonly StepNeed[]
  conditions: readonly StepCondition[]
  /** What the step does to the SLA clock. A step that says nothing never touches it. */
  clock?: 'pause' | 'resume' | 'stop' | 'restart'
  /** Who may read the entry in the timeline. */
  shownTo: 'public' | 'staff'
  event: string
}

const step = (given: Partial<GrievanceStep> & Pick<GrievanceStep, 'from' | 'to' | 'access' | 'event'>): GrievanceStep => ({
  needs: [],
  conditions: [],
  shownTo: 'public',
  ...given
})

/**
 * Every step a filed grievance can take: one table, the same on the phone and on the server. Steps that only add
 * (comment, photo, edit) have commands of their own and are allowed in every state.
 */
export const grievanceSteps = {
  accept: step({ from: ['submitted'], to: 'triaged', access: 'grievance.screen', event: 'grievance.accepted' }),
  returnForInfo: step({ from: ['submitted', 'triaged'], to: 'info_needed', access: 'grievance.screen', needs: ['text'], clock: 'pause', event: 'grievance.returned_for_info' }),
  supplyInfo: step({ from: ['info_needed'], to: 'triaged', access: 'grievance.comment', needs: ['text'], clock: 'resume', event: 'grievance.info_supplied' }),
  assign: step({ from: ['submitted', 'triaged', 'assigned', 'transferred', 'appealed'], to: 'assigned', access: 'grievance.assign', needs: ['assigneeOrDepartment'], event: 'grievance.assigned' }),
  start: step({ from: ['assigned'], to: 'in_progress', access: 'grievance.work', conditions: ['assigneeOrOffice'], event: 'grievance.started' }),
  askReassign: step({ from: ['assigned', 'in_progress'], to: 'triaged', access: 'grievance.work', needs: ['text'], conditions: ['assigneeOrOffice'], shownTo: 'staff', event: 'grievance.reassign_asked' }),
  transfer: step({ from: open, to: 'transferred', access: 'grievance.transfer', needs: ['target', 'text'], event: 'grievance.transferred' }),
  interimReply: step({ from: open, to: 'same', access: 'grievance.work', needs: ['text', 'expectedAt'], conditions: ['assigneeOrOffice'], event: 'grievance.interim_replied' }),
  escalate: step({ from: ['submitted', 'triaged', 'assigned', 'in_progress'], to: 'same', access: 'grievance.escalate', needs: ['text'], event: 'grievance.escalated' }),
  resolve: step({ from: ['assigned', 'in_progress'], to: 'resolved', access: 'grievance.work', needs: ['text'], conditions: ['assigneeOrOffice', 'proofOfFix'], clock: 'stop', event: 'grievance.resolved' }),
  reject: step({ from: ['submitted', 'triaged'], to: 'rejected', access: 'grievance.reject', needs: ['reason', 'text'], clock: 'stop', event: 'grievance.rejected' }),
  linkDuplicate: step({ from: open, to: 'duplicate', access: 'grievance.screen', needs: ['duplicateOf'], clock: 'stop', event: 'grievance.linked_as_duplicate' }),
  withdraw: step({ from: open, to: 'withdrawn', access: 'grievance.withdraw', clock: 'stop', event: 'grievance.withdrawn' }),
  rate: step({ from: ['resolved', 'rejected'], to: 'closed', access: 'grievance.rate', needs: ['rating'], event: 'grievance.rated' }),
  reopen: step({ from: ['resolved', 'rejected', 'duplicate'], to: 'triaged', access: 'grievance.reopen', needs: ['text'], conditions: ['withinReopenWindow'], clock: 'restart', event: 'grievance.reopened' }),
  appeal: step({ from: ['closed', 'resolved', 'rejected'], to: 'appealed', access: 'grievance.appeal', needs: ['text'], clock: 'restart', event: 'grievance.appealed' }),
  upholdAppeal: step({ from: ['appealed'], to: 'resolved', access: 'grievance.decideAppeal', needs: ['text'], conditions: ['notTheDecider'], clock: 'stop', event: 'grievance.appeal_decided' }),
  dismissAppeal: step({ from: ['appealed'], to: 'rejected', access: 'grievance.decideAppeal', needs: ['reason', 'text'], conditions: ['notTheDecider'], clock: 'stop', event: 'grievance.appeal_decided' }),
  close: step({ from: ['resolved', 'rejected', 'duplicate'], to: 'closed', access: 'grievance.close', event: 'grievance.closed' })
} as const satisfies Record<string, GrievanceStep>

export type GrievanceAction = keyof typeof grievanceSteps
export const grievanceActions = Object.keys(grievanceSteps) as [GrievanceAction, ...GrievanceAction[]]

export function stepOf(action: GrievanceAction): GrievanceStep {
  return grievanceSteps[action]
}

/** Steps the table allows from a state, whoever asks. */
export function actionsFrom(state: GrievanceState): GrievanceAction[] {
  return grievanceActions.filter((action) => stepOf(action).from.includes(state))
}

/** Reasons for a rejection, as the office must name them (CPGRAMS guidelines of 23-08-2024 list what is out of scope). */
export const rejectionReasons = ['sub_judice', 'rti', 'personal_or_family', 'religious', 'national_integrity', 'not_a_grievance', 'no_public_service', 'abusive'] as const
