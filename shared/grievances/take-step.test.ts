import { describe, expect, test } from 'vitest'
import { defaultCalendar } from '../calendar/business-calendar.ts'
import type { Actor } from '../identity/actor.ts'
import type { CommandContext, Decision, RecordFields, Rows } from '../protocol/define-command.ts'
import { commentGrievance } from './comment-grievance.ts'
import type { Category } from '../departments/category.ts'
import { editGrievance } from './edit-grievance.ts'
import { grievanceSchema, type Grievance } from './grievance.ts'
import { photosOfEntry } from './grievance-photos.ts'
import { grievanceActions, grievanceStates, stepOf, type GrievanceAction, type GrievanceState } from './grievance-state.ts'
import { takeStep, type TakeStepArgs } from './take-step.ts'

const id = (digit: number) => `00000000-0000-7000-8000-00000000000${digit}`
const now = Date.parse('2026-11-20T06:00:00.000Z') // Friday 11:30 in Kolkata

const actor = (role: Actor['role'], userId: string | null = id(1)): Actor => ({
  tenantId: id(9), role, userId, deviceId: null, name: 'A person', departmentId: null, wardIds: [id(4)]
})

const grievance = (more: Partial<Grievance> = {}): Grievance => ({
  id: id(5), type: 'grievance', number: 'SAM-7K2Q9-D1F4M-K', state: 'submitted', categoryId: id(6), departmentId: null, assigneeId: null,
  priority: 'normal', description: 'A broken lamp', latitude: null, longitude: null, accuracyMetres: null, landmark: null, wardId: id(4),
  personId: null, householdId: null, source: 'portal', visibility: 'public', photos: [], filedAt: '2026-11-19T06:00:00.000Z', filedBy: null,
  dueAt: '2026-11-23T06:00:00.000Z', pausedAt: null, scheduledFor: null, resolvedAt: null, closedAt: null, resolution: null, reasonCode: null,
  duplicateOf: null, transferredTo: null, reopenedCount: 0, escalationLevel: 0, rating: null, decidedBy: null, ...more
})

const rowsOf = (...records: RecordFields[]): Rows => ({
  get: <T extends RecordFields>(type: string, wanted: string) => (records.find((one) => one.type === type && one.id === wanted) as T | undefined) ?? null
})

const context = (who: Actor, more: Partial<CommandContext> = {}): CommandContext => ({
  actor: who, now, claimedAt: now, commandId: id(8), base: undefined,
  tenant: { timeZone: 'Asia/Kolkata', trackingPrefix: 'SAM', calendar: defaultCalendar, reopenHours: 72 }, ...more
})

/** Everything any step may need, so that only state and role decide. */
const full = (action: GrievanceAction): TakeStepArgs => ({
  grievanceId: id(5), action, text: 'Because', reasonCode: 'rti', assigneeId: id(2), duplicateOf: id(7), transferredTo: 'Water Board', rating: 4,
  expectedAt: '2026-12-01T00:00:00.000Z'
})

const take = (state: Grievance, action: GrievanceAction, who: Actor, args: Partial<TakeStepArgs> = {}): Decision =>
  takeStep.decide(rowsOf(state), { ...full(action), ...args }, context(who))

const after = (decision: Decision): Grievance => {
  if (!decision.ok) throw new Error(decision.code)
  const write = decision.writes[0]!
  return ('record' in write ? write.record : null) as unknown as Grievance
}

describe('the table of steps', () => {
  test('every state can be reached, and only closed ones end the way', () => {
    const reached = new Set<GrievanceState>(['submitted'])
    for (let grown = true; grown; ) {
      const before = reached.size
      for (const action of grievanceActions) {
        const step = stepOf(action)
        if (step.to !== 'same' && step.from.some((from) => reached.has(from))) reached.add(step.to)
      }
      grown = reached.size > before
    }
    expect([...reached].sort()).toEqual([...grievanceStates].sort())
    const ends = grievanceStates.filter((state) => !grievanceActions.some((action) => stepOf(action).from.includes(state)))
    expect(ends).toEqual(['withdrawn'])
  })

  test.each(grievanceActions)('%s is taken from exactly the states of the table, and its result satisfies the schema', (action) => {
    for (const state of grievanceStates) {
      const decision = take(grievance({ state, assigneeId: id(1) }), action, actor('owner'))
      expect(decision.ok, `${action} from ${state}`).toBe(stepOf(action).from.includes(state))
      if (decision.ok) grievanceSchema.parse(after(decision))
      else expect(decision.code).toBe('stale_state')
    }
  })
})

test('a step without what it needs is refused and says what is missing', () => {
  const decision = take(grievance(), 'reject', actor('officer'), { reasonCode: undefined })
  expect(decision).toMatchObject({ ok: false, code: 'needs_reason', fields: [{ path: 'reasonCode' }] })
})

test('a worker starts what is assigned to him, not what is assigned to another', () => {
  expect(take(grievance({ state: 'assigned', assigneeId: id(1) }), 'start', actor('field_worker')).ok).toBe(true)
  expect(take(grievance({ state: 'assigned', assigneeId: id(2) }), 'start', actor('field_worker'))).toMatchObject({ code: 'not_allowed' })
})

describe('a category that asks for a photo of the repair', () => {
  const category = (proofOfFix: boolean): Category => ({
    id: id(6), type: 'category', code: 'pothole', name: 'Pothole', names: {}, group: null, icon: 'road', departmentId: null, targetMinutes: 60, proofOfFix, active: true
  })
  const photo = { id: id(3), sha256: 'a'.repeat(64), size: 5 }
  const resolve = (asked: boolean, photos: TakeStepArgs['photos'], row = grievance({ state: 'in_progress' })) =>
    takeStep.decide(rowsOf(row, category(asked)), { grievanceId: id(5), action: 'resolve', text: 'Filled', photos }, context(actor('officer')))

  test('refuses an answer without one, an older photo of the case notwithstanding', () => {
    const refusal = { ok: false, code: 'attachment_missing', fields: [{ path: 'photos' }] }
    expect(resolve(true, undefined)).toMatchObject(refusal)
    expect(resolve(true, [])).toMatchObject(refusal)
    expect(resolve(true, [], grievance({ state: 'in_progress', photos: [{ ...photo, state: 'ready' }] }))).toMatchObject(refusal)
    expect(resolve(false, undefined).ok).toBe(true)
  })

  test('takes one that comes with a photo, which belongs to the case and to the entry of its timeline', () => {
    const older = { ...photo, id: id(7), state: 'ready' as const }
    const decision = resolve(true, [photo], grievance({ state: 'in_progress', photos: [older] }))
    expect(after(decision)).toMatchObject({ state: 'resolved', photos: [older, { ...photo, state: 'expected' }] })
    const changes = decision.ok ? decision.events[0]!.data['changes'] : {}
    expect(photosOfEntry(changes as Parameters<typeof photosOfEntry>[0])).toEqual([photo.id])
  })
})

test('an appeal is not decided by the officer who decided before', () => {
  const appealed = grievance({ state: 'appealed', decidedBy: id(1) })
  expect(take(appealed, 'upholdAppeal', actor('officer', id(1)))).toMatchObject({ code: 'not_allowed' })
  expect(take(appealed, 'upholdAppeal', actor('officer', id(2))).ok).toBe(true)
})

test('reopening is possible until the last second of the window, by the clock that judges', () => {
  const resolved = (hoursAgo: number, ms = 0) => grievance({ state: 'resolved', resolvedAt: new Date(now - hoursAgo * 3_600_000 - ms).toISOString() })
  expect(take(resolved(72), 'reopen', actor('citizen', null)).ok).toBe(true)
  expect(take(resolved(72, 1), 'reopen', actor('citizen', null))).toMatchObject({ code: 'out_of_window' })
})

describe('the SLA clock', () => {
  test('a comment, an edit, an escalation and an assignment never move the due date', () => {
    const row = grievance({ state: 'triaged' })
    const who = actor('officer')
    const comment = commentGrievance.decide(rowsOf(row), { grievanceId: row.id, text: 'Seen', visibility: 'staff', photos: [] }, context(who))
    expect(comment).toMatchObject({ ok: true, writes: [] })
    const edited = editGrievance.decide(rowsOf(row), { grievanceId: row.id, changes: { priority: 'urgent' } }, context(who, { base: { priority: 'normal' } }))
    for (const decision of [edited, take(row, 'assign', who), take(row, 'escalate', who)]) expect(after(decision).dueAt).toBe(row.dueAt)
  })

  test('waiting for the citizen stops it, and as much working time is left as before', () => {
    const asked = after(take(grievance({ dueAt: '2026-11-20T12:00:00.000Z' }), 'returnForInfo', actor('officer')))
    expect(asked.pausedAt).toBe(new Date(now).toISOString())
    const monday = Date.parse('2026-11-23T04:30:00.000Z')
    const told = takeStep.decide(rowsOf(asked), full('supplyInfo'), context(actor('citizen', null), { now: monday }))
    expect(after(told)).toMatchObject({ pausedAt: null, dueAt: '2026-11-23T10:30:00.000Z' })
  })
})

test('the entry in the timeline says from what to what', () => {
  const decision = take(grievance({ state: 'triaged' }), 'assign', actor('officer'))
  expect(decision.ok && decision.events[0]).toMatchObject({
    name: 'grievance.assigned', data: { fromState: 'triaged', toState: 'assigned', changes: { assigneeId: [null, id(2)] } }
  })
})

test('a citizen never writes an internal note, and a viewer writes nothing', () => {
  const args = { grievanceId: id(5), text: 'x', visibility: 'staff' as const, photos: [] }
  expect(commentGrievance.may(actor('citizen', null), args, rowsOf(grievance()))).toBe(false)
  expect(commentGrievance.may(actor('viewer'), { ...args, visibility: 'public' }, rowsOf(grievance()))).toBe(false)
})
