import { stepOf, type GrievanceAction, type StepNeed } from '#shared/grievances/grievance-state.ts'
import type { Grievance } from '#shared/grievances/grievance.ts'

/** What the form of a step holds while it is filled in; empty text where nothing is given. */
export interface StepDraft {
  text: string
  reason: string
  assigneeId: string
  departmentId: string
  /** Number of the other grievance, as typed. */
  duplicateNumber: string
  target: string
  /** `2026-11-25` */
  day: string
}

export function emptyDraft(grievance: Pick<Grievance, 'departmentId'> | null): StepDraft {
  return {
    text: '',
    reason: '',
    assigneeId: '',
    departmentId: grievance?.departmentId ?? '',
    duplicateNumber: '',
    target: '',
    day: ''
  }
}

const given: Readonly<Record<StepNeed, (draft: StepDraft) => boolean>> = {
  text: (draft) => draft.text.trim() !== '',
  reason: (draft) => draft.reason !== '',
  assigneeOrDepartment: (draft) => draft.assigneeId !== '' || draft.departmentId !== '',
  duplicateOf: (draft) => draft.duplicateNumber.trim() !== '',
  target: (draft) => draft.target.trim() !== '',
  rating: () => false,
  expectedAt: (draft) => draft.day !== ''
}

/** What the step needs and the draft does not give yet. */
export function missingNeeds(action: GrievanceAction, draft: StepDraft): StepNeed[] {
  return stepOf(action).needs.filter((need) => !given[need](draft))
}

/** Whether the form offers a text although the step does not ask for one: an assignment may carry a word on the way. */
export function offersText(action: GrievanceAction): boolean {
  return stepOf(action).needs.includes('text') || action === 'assign' || action === 'accept' || action === 'withdraw'
}

/** i18n key of what the text of the step is. */
export function textLabelKey(action: GrievanceAction): string {
  if (
    action === 'resolve' ||
    action === 'reject' ||
    action === 'interimReply' ||
    action === 'upholdAppeal' ||
    action === 'dismissAppeal'
  )
    return 'grievances.need.answer'
  if (action === 'returnForInfo') return 'grievances.need.question'
  return action === 'assign' || action === 'escalate' || action === 'askReassign'
    ? 'grievances.need.note'
    : 'grievances.need.text'
}

/** Args of the command `grievance.step`. `expectedAt`: end of the chosen day as an instant, by the office's zone. */
export function stepArgs(
  step: { action: GrievanceAction; grievance: Pick<Grievance, 'id' | 'state'>; draft: StepDraft },
  found: { duplicateOf: string | null; expectedAt: string | null }
): Record<string, unknown> {
  const { action, grievance, draft } = step
  const needs = stepOf(action).needs
  return {
    grievanceId: grievance.id,
    action,
    seenState: grievance.state,
    ...(draft.text.trim() !== '' && { text: draft.text.trim() }),
    ...(needs.includes('reason') && { reasonCode: draft.reason }),
    ...(needs.includes('assigneeOrDepartment') && {
      assigneeId: draft.assigneeId || null,
      departmentId: draft.departmentId || null
    }),
    ...(needs.includes('target') && { transferredTo: draft.target.trim() }),
    ...(found.duplicateOf !== null && { duplicateOf: found.duplicateOf }),
    ...(needs.includes('expectedAt') && found.expectedAt !== null && { expectedAt: found.expectedAt })
  }
}
