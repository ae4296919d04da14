import { describe, expect, it } from 'vitest'
import { accessActions, machineActions, mayDo, mayDoToAll, seesEveryWard, type AccessAction, type AccessSubject } from './access-policy.ts'
import { actorRoles, type Actor, type ActorRole } from './actor.ts'

const [me, other] = ['0197a000-0000-7000-8000-000000000001', '0197a000-0000-7000-8000-000000000002']
const [myWard, otherWard] = ['0197a000-0000-7000-8000-0000000000a1', '0197a000-0000-7000-8000-0000000000a2']

/** What may stand before an actor, each with one fact in his favour, and the letter it has in the table below. */
const subjects: Record<string, AccessSubject> = {
  f: { wardId: otherWard, authorId: other, assigneeId: other, visibility: 'staff' },
  w: { wardId: myWard, authorId: other, assigneeId: other, visibility: 'staff' },
  o: { wardId: otherWard, authorId: me, assigneeId: other, visibility: 'staff' },
  a: { wardId: otherWard, authorId: other, assigneeId: me, visibility: 'staff' },
  p: { wardId: otherWard, authorId: other, assigneeId: other, visibility: 'public' },
  n: { wardId: null, authorId: null, assigneeId: null, visibility: 'staff' }
}

/**
 * Written by hand, not read from the policy. One column a role, in the order owner, officer, field worker, viewer, citizen,
 * system, machine (which has only what its key says). `*`: everything; `-`: nothing; else the subjects he may do it to.
 */
const expected: Record<AccessAction, string> = {
  'ward.read':               '* * w * - * -',
  'grievance.read':          '* * woa * * * -',
  'grievance.file':          '* * * - * * -',
  'grievance.edit':          '* * woa - - - -',
  'grievance.comment':       '* * woa - p - -',
  'grievance.screen':        '* * - - - - -',
  'grievance.assign':        '* * - - - * -',
  'grievance.work':          '* * woa - - - -',
  'grievance.workForOthers': '* * a - - * -',
  'grievance.reject':        '* * - - - - -',
  'grievance.transfer':      '* * - - - - -',
  'grievance.escalate':      '* * woa - - * -',
  'grievance.withdraw':      '* * woa - * - -',
  'grievance.reopen':        '* * woa - * - -',
  'grievance.rate':          '- - - - * - -',
  'grievance.appeal':        '- - - - * - -',
  'grievance.decideAppeal':  '* * - - - - -',
  'grievance.close':         '* - - - - * -',
  'person.read':             '* * w * - - -',
  'person.write':            '* * w - - * -',
  'contact.read':            '* * woa - - - -',
  'contact.export':        '* - - - - - -',
  'photo.upload':            '* * o - - - -',
  'entry.winOverField':      '* * - - - * -',
  'syncIssue.read':          '* * o - - - -',
  'syncIssue.settle':        '* * o - - - -',
  'message.read':            '* * - - - - -',
  'message.retry':           '* * - - - - -',
  'user.read':               '* * - - - - -',
  'user.manage':             '* - - - - - -',
  'device.read':             '* o o o - - -',
  'device.revoke':           '* - - - - - -',
  'rescue.bring':            '* * * - - - -',
  'rescue.judge':            '* - - - - - -',
  'audit.read':              '* - - - - - -',
  'privacy.manage':          '* - - - - - -',
  'tenant.manage':           '* - - - - - -',
  'import.run':              '* - - - - * -'
}

function actorOf(role: ActorRole): Actor {
  const isPerson = role !== 'citizen' && role !== 'system' && role !== 'machine'
  const wardIds = role === 'field_worker' ? [myWard] : []
  return { tenantId: other, role, userId: isPerson ? me : null, deviceId: null, name: 'A', departmentId: null, wardIds }
}

const [myDepartment, otherDepartment] = ['0197a000-0000-7000-8000-0000000000d1', '0197a000-0000-7000-8000-0000000000d2']
const foreign = { wardId: otherWard, departmentId: otherDepartment, authorId: other, assigneeId: other, visibility: 'staff' } as const

/** What may stand before somebody who is limited to a department. */
const placed: Record<string, AccessSubject> = {
  f: foreign,
  w: { ...foreign, wardId: myWard },
  d: { ...foreign, departmentId: myDepartment },
  b: { ...foreign, wardId: myWard, departmentId: myDepartment },
  n: { ...foreign, wardId: myWard, departmentId: null },
  o: { ...foreign, authorId: me },
  a: { ...foreign, assigneeId: me },
  /** Of a household: departments say nothing of it. */
  h: { wardId: myWard, authorId: other, assigneeId: other }
}

/** By hand, for officer, field worker and viewer: the actions that a limit touches. Any other is as the role has it. */
const limitedTo: Partial<Record<AccessAction, string>> = {
  'grievance.read':          'dboa boa dboa',
  'grievance.file':          'dboa dboa -',
  'grievance.edit':          'dboa boa -',
  'grievance.comment':       'dboa boa -',
  'grievance.screen':        'dboa - -',
  'grievance.assign':        'dboa - -',
  'grievance.work':          'dboa boa -',
  'grievance.workForOthers': 'dboa a -',
  'grievance.reject':        'dboa - -',
  'grievance.transfer':      'dboa - -',
  'grievance.escalate':      'dboa boa -',
  'grievance.withdraw':      'dboa boa -',
  'grievance.reopen':        'dboa boa -',
  'grievance.rate':          '- - -',
  'grievance.appeal':        '- - -',
  'grievance.decideAppeal':  'dboa - -',
  'grievance.close':         '- - -',
  'contact.read':            'dboah boah -',
  'syncIssue.read':          'dboah o -',
  'message.read':            'dboah - -',
  'message.retry':           'dboah - -'
}
const limitable = ['officer', 'field_worker', 'viewer'] as const
const limitedCells = accessActions.flatMap((action) => limitable.map((role, column) => ({ action, role, told: toldOf(action, role, column) })))

function toldOf(action: AccessAction, role: (typeof limitable)[number], column: number): string {
  const told = limitedTo[action]?.split(' ')[column]
  if (told !== undefined) return told === '-' ? '' : told
  return Object.keys(placed).filter((letter) => mayDo(actorOf(role), action, placed[letter])).join('')
}

const cells = accessActions.flatMap((action) => actorRoles.map((role, column) => ({ action, role, told: expected[action]?.split(' ')[column] ?? '?' })))

describe('the access policy', () => {
  it('says of every action, for every role, what this table says', () => {
    expect(accessActions.toSorted()).toEqual(Object.keys(expected).toSorted())
    for (const row of Object.values(expected)) expect(row.split(' ')).toHaveLength(actorRoles.length)
  })

  it.each(cells)('$role, $action: $told', ({ action, role, told }) => {
    const actor = actorOf(role)
    const done = Object.keys(subjects).filter((letter) => mayDo(actor, action, subjects[letter]))
    expect(done).toEqual(Object.keys(subjects).filter((letter) => told === '*' || told.includes(letter)))
    expect(mayDo(actor, action)).toBe(told !== '-')
    expect(mayDo(role, action)).toBe(told !== '-')
    expect(mayDoToAll(actor, action)).toBe(told === '*')
  })

  it('gives a machine the scopes of its key and nothing else, not even what no role can leave out', () => {
    const machine = (...actions: string[]) => ({ ...actorOf('machine'), actions })
    expect(accessActions.filter((action) => mayDo(machine(), action))).toEqual([])
    expect(accessActions.filter((action) => mayDo(machine('ward.read', 'audit.read'), action))).toEqual(['ward.read', 'audit.read'])
    expect(accessActions.filter((action) => mayDo(machine(...accessActions), action)).toSorted()).toEqual([...machineActions].toSorted())
    expect(mayDo(machine('grievance.read'), 'grievance.read', subjects['f'])).toBe(true)
  })

  it.each(limitedCells)('limited to a department: $role, $action: $told', ({ action, role, told }) => {
    const actor = { ...actorOf(role), departmentLimit: [myDepartment] }
    const done = Object.keys(placed).filter((letter) => mayDo(actor, action, placed[letter])).join('')
    expect(done).toBe(told === '*' ? Object.keys(placed).join('') : told)
    expect([mayDo(actor, action), mayDoToAll(actor, action)]).toEqual([mayDo(role, action), mayDoToAll(role, action) && !(action in limitedTo)])
  })

  it('a limit to no department at all leaves what is his own', () => {
    const actor = { ...actorOf('officer'), departmentLimit: [] }
    expect(Object.keys(placed).filter((letter) => mayDo(actor, 'grievance.read', placed[letter])).join('')).toBe('oa')
  })

  it('takes nobody for the author of what nobody made', () => {
    const nobody = { ...actorOf('field_worker'), userId: null, wardIds: [] }
    for (const action of ['grievance.edit', 'photo.upload'] as const) expect(mayDo(nobody, action, subjects['n'])).toBe(false)
    expect(mayDo('field_worker', 'grievance.edit', {})).toBe(false)
  })

  it('shows every ward to those who read all of them', () => {
    expect(actorRoles.filter(seesEveryWard)).toEqual(['owner', 'officer', 'viewer', 'system'])
  })
})
