import { z } from 'zod'
import type { Category } from '../departments/category.ts'
import { accept, defineCommand, reject, type CommandContext, type Decision, type Rows, type TouchedRecord } from '../protocol/define-command.ts'
import type { Grievance } from './grievance.ts'
import { newPhotosSchema, photosChange, withPhotos } from './grievance-photos.ts'
import { mayActOn } from './grievance-policy.ts'
import { dueAfterPause, dueFrom } from './grievance-sla.ts'
import { grievanceActions, stepOf, type GrievanceStep, type StepNeed } from './grievance-state.ts'

const words = z.string().trim().min(1).max(4000)

export const takeStepArgs = z.object({
  grievanceId: z.uuid(),
  action: z.enum(grievanceActions),
  text: words.optional(),
  reasonCode: z.string().max(40).optional(),
  assigneeId: z.uuid().nullable().optional(),
  departmentId: z.uuid().nullable().optional(),
  duplicateOf: z.uuid().optional(),
  transferredTo: z.string().trim().min(1).max(200).optional(),
  rating: z.number().int().min(1).max(5).optional(),
  expectedAt: z.iso.datetime().optional(),
  scheduledFor: z.iso.datetime().optional(),
  photos: newPhotosSchema.optional(),
  /** The state the author saw. A step on a state that has moved on is refused and shown to a person. */
  seenState: z.string().optional()
})
export type TakeStepArgs = z.infer<typeof takeStepArgs>

/** One step of the table in `grievance-state.ts`: assign, start, resolve, reject, withdraw, reopen and the others. */
export const takeStep = defineCommand<TakeStepArgs>({
  name: 'grievance.step',
  version: 1,
  args: takeStepArgs,
  touches(args) {
    const touched: TouchedRecord[] = [{ collection: 'cases', type: 'grievance', id: args.grievanceId, as: 'need' }]
    if (args.assigneeId) touched.push({ collection: 'reference', type: 'staff', id: args.assigneeId, as: 'need' })
    if (args.departmentId) touched.push({ collection: 'reference', type: 'department', id: args.departmentId, as: 'need' })
    if (args.duplicateOf) touched.push({ collection: 'cases', type: 'grievance', id: args.duplicateOf, as: 'need' })
    return touched
  },
  alsoReads(rows, args) {
    const grievance = rows.get<Grievance>('grievance', args.grievanceId)
    return grievance ? [{ collection: 'reference', type: 'category', id: grievance.categoryId, as: 'look' }] : []
  },
  may(actor, args, rows) {
    const grievance = rows.get<Grievance>('grievance', args.grievanceId)
    return grievance !== null && mayActOn(actor, stepOf(args.action).access, grievance)
  },
  decide(rows, args, context) {
    const grievance = rows.get<Grievance>('grievance', args.grievanceId)
    if (!grievance) return reject('missing_record')
    const step = stepOf(args.action)
    if (!step.from.includes(grievance.state)) return movedOn(step, grievance, args)
    const missing = step.needs.filter((need) => !isGiven(need, args))
    if (missing.length > 0) {
      return reject('needs_reason', missing.map((need) => ({ path: pathOf[need], message: `Needed for ${args.action}.` })))
    }
    const refusal = refusedCondition({ step, grievance, args, context, rows })
    return refusal ?? carryOut({ step, grievance, args, context, rows })
  }
})

/** The step comes too late: both sides go to a person, what this one wanted to make of it and what it has become. */
function movedOn(step: GrievanceStep, grievance: Grievance, args: TakeStepArgs): Decision {
  const subject = { collection: 'cases' as const, type: 'grievance', id: grievance.id }
  const yours = step.to === 'same' ? (args.seenState ?? null) : step.to
  return { ok: false, code: 'stale_state', contest: { subject, field: 'state', base: args.seenState ?? null, yours, theirs: grievance.state } }
}

interface Stepping {
  step: GrievanceStep
  grievance: Grievance
  args: TakeStepArgs
  context: CommandContext
  rows: Rows
}

const pathOf: Record<StepNeed, string> = {
  text: 'text',
  reason: 'reasonCode',
  assigneeOrDepartment: 'assigneeId',
  duplicateOf: 'duplicateOf',
  target: 'transferredTo',
  rating: 'rating',
  expectedAt: 'expectedAt'
}

function isGiven(need: StepNeed, args: TakeStepArgs): boolean {
  if (need === 'assigneeOrDepartment') return Boolean(args.assigneeId ?? args.departmentId)
  return args[pathOf[need] as keyof TakeStepArgs] !== undefined
}

function refusedCondition({ step, grievance, args, context, rows }: Stepping): Decision | null {
  if (args.duplicateOf === grievance.id) return reject('invalid_args', [{ path: 'duplicateOf', message: 'A grievance cannot be a duplicate of itself.' }])
  for (const condition of step.conditions) {
    if (condition === 'assigneeOrOffice' && !mayActOn(context.actor, 'grievance.workForOthers', grievance)) return reject('not_allowed')
    if (condition === 'notTheDecider' && grievance.decidedBy === context.actor.userId) return reject('not_allowed')
    if (condition === 'withinReopenWindow' && !withinReopenWindow(grievance, context)) return reject('out_of_window')
    if (condition === 'proofOfFix' && lacksProof(rows, grievance, args)) {
      return reject('attachment_missing', [{ path: 'photos', message: 'This category needs a photo that shows the repair.' }])
    }
  }
  return null
}

/** The photo comes with the answer itself: an older one may show the damage as well as the repair. */
function lacksProof(rows: Rows, grievance: Grievance, args: TakeStepArgs): boolean {
  const category = rows.get<Category>('category', grievance.categoryId)
  return category?.proofOfFix === true && !args.photos?.length
}

/** The window counts from the answer, by the clock that judges: on the server its own. */
function withinReopenWindow(grievance: Grievance, context: CommandContext): boolean {
  if (grievance.resolvedAt === null) return true
  return context.now - Date.parse(grievance.resolvedAt) <= context.tenant.reopenHours * 3_600_000
}

function carryOut(stepping: Stepping): Decision {
  const { step, grievance, args, context } = stepping
  const state = step.to === 'same' ? grievance.state : step.to
  const photos = args.photos ?? []
  const next: Grievance = { ...withPhotos(grievance, photos), ...clockEffect(stepping), ...namedEffect(stepping), state }
  const event = {
    name: step.event,
    subject: { type: 'grievance', id: grievance.id },
    data: {
      fromState: grievance.state,
      toState: state,
      text: args.text ?? null,
      visibility: step.shownTo,
      changes: { ...changesBetween(grievance, next), ...photosChange(photos) },
      claimedAt: context.claimedAt
    }
  }
  return accept([{ collection: 'cases', record: next }], [event])
}

/** Only the step's own clock rule moves the due date; a comment or an edit never does. */
function clockEffect({ step, grievance, context, rows }: Stepping): Partial<Grievance> {
  const now = new Date(context.now).toISOString()
  const calendar = context.tenant.calendar
  if (step.clock === 'pause') return { pausedAt: now }
  if (step.clock === 'resume') return { pausedAt: null, dueAt: dueAfterPause(grievance, context.now, calendar) }
  if (step.clock === 'stop') return { resolvedAt: now, pausedAt: null, decidedBy: context.actor.userId }
  if (step.clock !== 'restart') return {}
  const category = rows.get<Category>('category', grievance.categoryId)
  const dueAt = category ? dueFrom(context.now, category.targetMinutes, calendar) : grievance.dueAt
  return { resolvedAt: null, closedAt: null, pausedAt: null, dueAt }
}

function namedEffect({ args, grievance, context }: Stepping): Partial<Grievance> {
  switch (args.action) {
    case 'assign':
      return { assigneeId: args.assigneeId ?? null, departmentId: args.departmentId ?? grievance.departmentId }
    case 'askReassign':
      return { assigneeId: null }
    case 'start':
      return { scheduledFor: args.scheduledFor ?? null }
    case 'interimReply':
      return { scheduledFor: args.expectedAt ?? null }
    case 'transfer':
      return { transferredTo: args.transferredTo ?? null, assigneeId: null }
    case 'escalate':
      return { escalationLevel: grievance.escalationLevel + 1 }
    case 'resolve':
    case 'upholdAppeal':
      return { resolution: args.text ?? null, reasonCode: null }
    case 'reject':
    case 'dismissAppeal':
      return { resolution: args.text ?? null, reasonCode: args.reasonCode ?? null }
    case 'linkDuplicate':
      return { duplicateOf: args.duplicateOf ?? null }
    case 'rate':
      return { rating: args.rating ?? null, closedAt: new Date(context.now).toISOString() }
    case 'reopen':
      return { reopenedCount: grievance.reopenedCount + 1, assigneeId: null, duplicateOf: null, rating: null }
    case 'appeal':
      return { escalationLevel: grievance.escalationLevel + 1, assigneeId: null }
    case 'close':
      return { closedAt: new Date(context.now).toISOString() }
    default:
      return {}
  }
}

const shownChanges = ['assigneeId', 'departmentId', 'duplicateOf', 'transferredTo', 'escalationLevel', 'scheduledFor', 'reasonCode', 'rating'] as const

function changesBetween(before: Grievance, after: Grievance): Record<string, [unknown, unknown]> {
  const changed = shownChanges.filter((name) => before[name] !== after[name])
  return Object.fromEntries(changed.map((name) => [name, [before[name], after[name]]]))
}
