import { describe, expect, test } from 'vitest'
import { grievanceActions, stepOf } from '#shared/grievances/grievance-state.ts'
import { takeStepArgs } from '#shared/grievances/take-step.ts'
import { emptyDraft, missingNeeds, stepArgs } from './step-form.ts'

const grievance = { id: '019a0000-0000-7000-8000-000000000001', state: 'submitted' as const, departmentId: null }
const other = '019a0000-0000-7000-8000-000000000002'
const full = {
  text: ' Done ',
  reason: 'rti',
  assigneeId: other,
  departmentId: other,
  duplicateNumber: 'SAM',
  target: 'Water board',
  day: '2026-11-25'
}
const found = { duplicateOf: null, expectedAt: '2026-11-25T18:30:00.000Z' }

describe('the form of a step', () => {
  test('asks for all that the step needs', () => {
    for (const action of grievanceActions) expect(missingNeeds(action, emptyDraft(null))).toEqual(stepOf(action).needs)
  })

  test('filled in, it is a step the server understands, with nothing the step did not ask for', () => {
    const args = stepArgs({ action: 'assign', grievance, draft: full }, found)
    expect(takeStepArgs.strict().parse(args)).toEqual({
      grievanceId: grievance.id,
      action: 'assign',
      seenState: 'submitted',
      text: 'Done',
      assigneeId: other,
      departmentId: other
    })
    expect(stepArgs({ action: 'reject', grievance, draft: full }, found)).toEqual({
      grievanceId: grievance.id,
      action: 'reject',
      seenState: 'submitted',
      text: 'Done',
      reasonCode: 'rti'
    })
    expect(stepArgs({ action: 'interimReply', grievance, draft: full }, found)).toMatchObject({
      expectedAt: found.expectedAt
    })
  })

  test('an assignment begins with the department the category gave', () => {
    expect(emptyDraft({ departmentId: other }).departmentId).toBe(other)
    expect(missingNeeds('assign', emptyDraft({ departmentId: other }))).toEqual([])
  })
})
