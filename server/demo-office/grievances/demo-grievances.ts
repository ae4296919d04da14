import { addWorkingMinutes } from '#shared/calendar/working-time.ts'
import { grievanceStates, isOpen, rejectionReasons, type GrievanceState } from '#shared/grievances/grievance-state.ts'
import type { TakeStepArgs } from '#shared/grievances/take-step.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { makeFiling, takePhoto, type DemoFiling, type DemoPhotoFacts } from './demo-filing.ts'
import { actorOfRole, actorOfUser, officersOf, type DemoOffice } from '../demo-office.ts'
import { pathsTo, restHours, stateShares, waits, type StoryStep } from './grievance-paths.ts'
import {
  beginStory,
  escalateIfLate,
  remarkStory,
  stepStory,
  type GrievanceStory,
  type StoryTools
} from './grievance-story.ts'
import { stepTexts, transferTargets, type StepText } from './step-texts.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** Later ones are there for benchmarks and go without: files by the hundred thousand help nobody. */
const photographed = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000
/** India has one time zone without summer time. */
const indiaAheadMs = 5.5 * hourMs

export interface GrievanceOptions {
  readonly count: number
  readonly photos: readonly DemoPhotoFacts[]
  /** Only the first and the last entry of each timeline: a million grievances stay a few gigabytes. */
  readonly compact: boolean
}

/** Grievances in every state, one after the other, each with the timeline that led to it. */
export function* makeDemoGrievances(office: DemoOffice, options: GrievanceOptions): Generator<GrievanceStory> {
  const earlier: string[] = []
  for (let at = 0; at < options.count; at += 1) {
    const random = office.random.fork(`grievance ${at}`)
    const state =
      at < 2 * grievanceStates.length ? grievanceStates[at % grievanceStates.length]! : random.weighted(stateShares)
    const story = placeInTime(office, { random, state, earlier, photos: at < photographed ? options.photos : [] })
    if (options.compact && story.events.length > 2) story.events.splice(1, story.events.length - 2)
    earlier[at % 100] = story.grievance.id
    yield story
  }
}

interface Plan {
  readonly random: SeededRandom
  readonly state: GrievanceState
  /** Ids of some grievances filed before or after. */
  readonly earlier: readonly string[]
  readonly photos: readonly DemoPhotoFacts[]
}

/** Tells the story from a guessed beginning and moves it until its last step lies as far back as the state allows. */
function placeInTime(office: DemoOffice, plan: Plan): GrievanceStory {
  const { random, state } = plan
  const [least, most] = restHours[state].map((hours) => hours * hourMs) as [number, number]
  const rest = least + random.next() * (most - least)
  const path = random.weighted(pathsFor(office, state))
  let filedAt = office.now - rest - path.length * dayMs
  for (let attempt = 0; ; attempt += 1) {
    const story = tellStory(office, plan, { path, filedAt: inDaytime(filedAt) })
    const past = office.now - story.at
    if (past >= 0 && (past <= most || attempt > 6)) return finishStory(office, plan, story)
    filedAt += attempt > 6 ? -dayMs / 2 : past - rest
  }
}

/** Who decided cannot decide on the appeal: where one person does everything there are no such decisions. */
function pathsFor({ users }: DemoOffice, state: GrievanceState): (typeof pathsTo)[GrievanceState] {
  const byAnother = (step: StoryStep) => step === 'upholdAppeal' || step === 'dismissAppeal'
  return users.length > 1 ? pathsTo[state] : pathsTo[state].filter(([path]) => !path.some(byAnother))
}

/** Between seven in the morning and eleven at night. */
function inDaytime(at: number): number {
  const hour = ((at + indiaAheadMs) % dayMs) / hourMs
  return Math.round(hour < 7 ? at + 7 * hourMs : hour > 23 ? at - 2 * hourMs : at)
}

interface Telling extends Plan {
  readonly office: DemoOffice
  readonly tools: StoryTools
  readonly filing: DemoFiling
  readonly officer: Actor
  worker: Actor
  readonly story: GrievanceStory
  clock: number
}

function tellStory(
  office: DemoOffice,
  plan: Plan,
  { path, filedAt }: { path: readonly StoryStep[]; filedAt: number }
): GrievanceStory {
  const random = plan.random.fork('story')
  const filing = makeFiling(office, { random, near: filedAt, photos: plan.photos })
  // Those that go without photos are judged as if none were asked for.
  const category = plan.photos.length > 0 ? filing.category : { ...filing.category, proofOfFix: false }
  const tools = { random, category, rules: office.rules }
  const worker = office.workerOfWard.get(filing.ward.id) ?? office.users[0]!
  const officer = random.pick(officersOf(office))
  const telling: Telling = {
    ...plan,
    random,
    office,
    tools,
    filing,
    officer: actorOfUser(office, officer),
    worker: actorOfUser(office, worker),
    story: beginStory(tools, { args: filing.args, actor: filing.actor, at: filedAt }),
    clock: filedAt
  }
  for (const step of path) tellStep(telling, step)
  return telling.story
}

function tellStep(telling: Telling, step: StoryStep): void {
  const { random, tools, story, office } = telling
  telling.clock = later(telling, step)
  const at = telling.clock
  escalateIfLate(tools, story, {
    until: at,
    system: actorOfRole(office, 'system'),
    text: random.pick(stepTexts.escalate)
  })
  if (step === 'note')
    return remarkStory(tools, story, { text: random.pick(stepTexts.note), photos: [], actor: telling.officer, at })
  if (step !== 'proof')
    return stepStory(tools, story, { args: argsOf(telling, step), actor: doerOf(telling, step), at })
  // Where a photo is asked for, it comes with the answer.
  if (tools.category.proofOfFix || !random.chance(0.2)) return
  const photos = takePhoto({ ...telling, near: at }, tools.category.scene, true)
  if (photos.length > 0)
    remarkStory(tools, story, { text: random.pick(stepTexts.proof), photos, actor: telling.worker, at })
}

function later({ random, clock, tools, office }: Telling, step: StoryStep): number {
  const { clock: kind, least, most, target } = waits[step]
  const minutes = Math.ceil((least + random.next() * (most - least)) * (target ? tools.category.targetMinutes : 1))
  return kind === 'real' ? clock + minutes * minuteMs : addWorkingMinutes(clock, minutes, office.rules.calendar)
}

function doerOf({ office, officer, worker }: Telling, step: StoryStep): Actor {
  if (step === 'close') return actorOfRole(office, 'system')
  if (['supplyInfo', 'withdraw', 'rate', 'reopen', 'appeal'].includes(step)) return actorOfRole(office, 'citizen')
  if (['start', 'resolve', 'askReassign', 'interimReply'].includes(step)) return worker
  const owner = office.users.find((user) => user.role === 'owner')!
  return step === 'upholdAppeal' || step === 'dismissAppeal' ? actorOfUser(office, owner) : officer
}

function argsOf(telling: Telling, step: Exclude<StoryStep, 'note' | 'proof'>): Omit<TakeStepArgs, 'grievanceId'> {
  const { random, story, clock, tools, earlier, office } = telling
  const said = step in stepTexts ? { text: random.pick<string>(stepTexts[step as StepText]) } : {}
  const args = { action: step, ...said }
  switch (step) {
    case 'assign':
      return { ...args, assigneeId: chooseWorker(telling).userId, departmentId: tools.category.departmentId }
    case 'resolve':
      return { ...args, ...(tools.category.proofOfFix && { photos: proofOf(telling) }) }
    case 'interimReply':
      return {
        ...args,
        expectedAt: new Date(addWorkingMinutes(clock, random.whole(600, 2400), office.rules.calendar)).toISOString()
      }
    case 'transfer':
      return { ...args, transferredTo: random.pick(transferTargets) }
    case 'reject':
    case 'dismissAppeal':
      return { ...args, reasonCode: random.pick(rejectionReasons) }
    case 'linkDuplicate':
      return { ...args, duplicateOf: random.pick(earlier.filter((id) => id !== story.grievance.id)) }
    case 'rate':
      return {
        ...args,
        rating: random.weighted([
          [5, 40],
          [4, 28],
          [3, 14],
          [2, 8],
          [1, 10]
        ] as const)
      }
    default:
      return args
  }
}

function proofOf({ tools, ...telling }: Telling): TakeStepArgs['photos'] {
  const photos = takePhoto({ ...telling, near: telling.clock }, tools.category.scene, true)
  return photos.map(({ id, sha256, size }) => ({ id, sha256, size }))
}

/** The worker of the ward first; whoever is asked after him is somebody else. */
function chooseWorker(telling: Telling): Actor {
  const { random, office, story } = telling
  const before = story.events.some(({ event }) => event === 'grievance.assigned')
  const others = office.users.filter((user) => user.role === 'field_worker' && user.id !== telling.worker.userId)
  if (before && others.length > 0) telling.worker = actorOfUser(office, random.pick(others))
  return telling.worker
}

/** What is late by now was raised, and every photo has arrived. */
function finishStory(office: DemoOffice, { random, state }: Plan, story: GrievanceStory): GrievanceStory {
  const category = office.departments.categories.find(({ id }) => id === story.grievance.categoryId)!
  const tools = { random: random.fork('end'), category, rules: office.rules }
  if (isOpen(state))
    escalateIfLate(tools, story, {
      until: office.now,
      system: actorOfRole(office, 'system'),
      text: stepTexts.escalate[0]
    })
  story.grievance = {
    ...story.grievance,
    photos: story.grievance.photos.map((photo) => ({ ...photo, state: 'ready' as const }))
  }
  return story
}
