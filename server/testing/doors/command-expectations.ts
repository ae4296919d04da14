import type { AccessAction } from '#shared/identity/access-policy.ts'

export interface CommandExpectation {
  /** Who is let in, where the record lies in a ward of the worker's. */
  readonly who: string
  /** The actions without one of which a custom role is refused. */
  readonly actions: readonly AccessAction[]
  /** What those who are let in are told of records that were just made. */
  readonly ends: 'applied' | 'stale_state'
  /** What a worker is told who did not make the record and does not have its ward: it is for him like one that does not exist. */
  readonly elsewhere: 'applied' | 'missing_record' | 'not_allowed'
}

const reach = 'owner officer field_worker'
const office = 'owner officer'

const only = (who: string, actions: AccessAction | readonly AccessAction[], more: Partial<CommandExpectation> = {}): CommandExpectation => ({
  who, actions: [actions].flat(), ends: 'applied', elsewhere: 'missing_record', ...more
})
/** A step that a record just filed is not ready for: told only to those who may take it. */
const late = { ends: 'stale_state' } as const

/**
 * Who may give which command, written by hand and not read from the rules; steps of a grievance each on their own. A command
 * that is not here fails the matrix. What only a citizen does is open to nobody of the office.
 */
export const commandExpectations: Readonly<Record<string, CommandExpectation>> = {
  'grievance.file': only(reach, 'grievance.file', { elsewhere: 'applied' }),
  'grievance.edit': only(reach, 'grievance.edit'),
  'grievance.comment': only(reach, 'grievance.comment'),
  'grievance.step accept': only(office, 'grievance.screen'),
  'grievance.step returnForInfo': only(office, 'grievance.screen'),
  'grievance.step supplyInfo': only(reach, 'grievance.comment', late),
  'grievance.step assign': only(office, 'grievance.assign'),
  'grievance.step start': only(reach, 'grievance.work', late),
  'grievance.step askReassign': only(reach, 'grievance.work', late),
  'grievance.step transfer': only(office, 'grievance.transfer'),
  'grievance.step interimReply': only(office, ['grievance.work', 'grievance.workForOthers']),
  'grievance.step escalate': only(reach, 'grievance.escalate'),
  'grievance.step resolve': only(reach, 'grievance.work', late),
  'grievance.step reject': only(office, 'grievance.reject'),
  'grievance.step linkDuplicate': only(office, 'grievance.screen'),
  'grievance.step withdraw': only(reach, 'grievance.withdraw'),
  'grievance.step rate': only('', 'grievance.rate', late),
  'grievance.step reopen': only(reach, 'grievance.reopen', late),
  'grievance.step appeal': only('', 'grievance.appeal', late),
  'grievance.step upholdAppeal': only(office, 'grievance.decideAppeal', late),
  'grievance.step dismissAppeal': only(office, 'grievance.decideAppeal', late),
  'grievance.step close': only('owner', 'grievance.close', late),
  'household.add': only(reach, 'person.write', { elsewhere: 'not_allowed' }),
  'household.move': only(reach, 'person.write'),
  'person.add': only(reach, 'person.write'),
  'person.edit': only(reach, 'person.write'),
  'issue.settle': only(reach, 'syncIssue.settle'),
  'issue.reopen': only(reach, 'syncIssue.settle')
}
