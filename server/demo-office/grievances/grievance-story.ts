import { addWorkingMinutes } from '#shared/calendar/working-time.ts'
import { commentGrievance } from '#shared/grievances/comment-grievance.ts'
import { fileGrievance, type FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import type { Grievance, GrievanceEvent, Photo, ReporterContact } from '#shared/grievances/grievance.ts'
import { stepOf, type GrievanceAction } from '#shared/grievances/grievance-state.ts'
import { takeStep, type TakeStepArgs } from '#shared/grievances/take-step.ts'
import type { Actor } from '#shared/identity/actor.ts'
import type { Decision, RecordFields, Rows, TenantRules } from '#shared/protocol/define-command.ts'
import type { DemoCategory } from '../departments/demo-departments.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** A grievance with its whole timeline, made by the same rules that judge real ones. */
export interface GrievanceStory {
  grievance: Grievance
  contact: ReporterContact | null
  events: GrievanceEvent[]
  /** When the last step was taken (ms). */
  at: number
}

export interface StoryTools {
  readonly random: SeededRandom
  readonly category: DemoCategory
  readonly rules: TenantRules
}

/** Files the report at `at` (ms). Throws when the rules refuse it: then the generator is wrong. */
export function beginStory(
  tools: StoryTools,
  filing: { args: FileGrievanceArgs; actor: Actor; at: number }
): GrievanceStory {
  const { args, actor, at } = filing
  const decision = fileGrievance.decide(rowsOf(tools.category), args, contextOf(tools, actor, at))
  const [grievance, contact] = writtenBy(decision)
  const story: GrievanceStory = {
    grievance: grievance as Grievance,
    contact: (contact as ReporterContact | undefined) ?? null,
    events: [],
    at
  }
  addEvents(tools, story, { decision, actor, at })
  return story
}

export function stepStory(
  tools: StoryTools,
  story: GrievanceStory,
  step: { args: Omit<TakeStepArgs, 'grievanceId'>; actor: Actor; at: number }
): void {
  const args = { ...step.args, grievanceId: story.grievance.id }
  const decision = takeStep.decide(rowsOf(tools.category, story.grievance), args, contextOf(tools, step.actor, step.at))
  carry(tools, story, { decision, ...step })
}

export function remarkStory(
  tools: StoryTools,
  story: GrievanceStory,
  remark: { text: string; photos: Photo[]; actor: Actor; at: number }
): void {
  const visibility = remark.photos.length > 0 ? 'public' : 'staff'
  const photos = remark.photos.map(({ id, sha256, size }) => ({ id, sha256, size }))
  const args = { grievanceId: story.grievance.id, text: remark.text, visibility, photos } as const
  const decision = commentGrievance.decide(
    rowsOf(tools.category, story.grievance),
    args,
    contextOf(tools, remark.actor, remark.at)
  )
  carry(tools, story, { decision, actor: remark.actor, at: remark.at })
}

/** The system raises what is late, half an hour of work after the due date, if that is before `until` (ms). */
export function escalateIfLate(
  tools: StoryTools,
  story: GrievanceStory,
  step: { until: number; system: Actor; text: string }
): void {
  const { grievance } = story
  if (grievance.dueAt === null || grievance.pausedAt !== null || grievance.escalationLevel > 0) return
  if (!stepOf('escalate').from.includes(grievance.state)) return
  const at = addWorkingMinutes(Math.max(Date.parse(grievance.dueAt), story.at), 30, tools.rules.calendar)
  if (at < step.until)
    stepStory(tools, story, {
      args: { action: 'escalate' satisfies GrievanceAction, text: step.text },
      actor: step.system,
      at
    })
}

interface Taken {
  decision: Decision
  actor: Actor
  at: number
}

function carry(tools: StoryTools, story: GrievanceStory, taken: Taken): void {
  const [record] = writtenBy(taken.decision)
  if (record) story.grievance = record as Grievance
  story.at = taken.at
  addEvents(tools, story, taken)
}

function writtenBy(decision: Decision): RecordFields[] {
  if (!decision.ok) throw new Error(`The demo office took a step that the rules refuse: ${decision.code}`)
  return decision.writes.flatMap((write) => ('record' in write ? [write.record] : []))
}

function addEvents({ random }: StoryTools, story: GrievanceStory, { decision, actor, at }: Taken): void {
  if (!decision.ok) return
  for (const { name, data } of decision.events) {
    story.events.push({
      id: random.id(at),
      type: 'grievance_event',
      grievanceId: story.grievance.id,
      event: name,
      fromState: (data['fromState'] ?? null) as GrievanceEvent['fromState'],
      toState: (data['toState'] ?? null) as GrievanceEvent['toState'],
      changes: (data['changes'] ?? {}) as GrievanceEvent['changes'],
      text: (data['text'] ?? null) as string | null,
      visibility: data['visibility'] as GrievanceEvent['visibility'],
      actorId: actor.userId,
      actorRole: actor.role,
      actorName: actor.name,
      at: new Date(at).toISOString(),
      claimedAt: new Date(at).toISOString()
    })
  }
}

function contextOf({ random, rules }: StoryTools, actor: Actor, at: number) {
  return { actor, now: at, claimedAt: at, commandId: random.id(at), base: undefined, tenant: rules }
}

function rowsOf(category: DemoCategory, grievance?: Grievance): Rows {
  const found: Record<string, RecordFields | undefined> = { category: { ...category }, grievance }
  return { get: <T extends RecordFields>(type: T['type']) => (found[type] as T | undefined) ?? null }
}
