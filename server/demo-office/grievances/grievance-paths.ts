import type { GrievanceAction, GrievanceState } from '#shared/grievances/grievance-state.ts'

/** A step of the table, or a remark: `proof` is one with a photo after the work, `note` one for colleagues. */
export type StoryStep = GrievanceAction | 'proof' | 'note'

type Path = readonly StoryStep[]
type Paths = readonly (readonly [path: Path, weight: number])[]

const done: Path = ['accept', 'assign', 'start', 'proof', 'resolve']
const quick: Path = ['assign', 'proof', 'resolve']
const again: Path = [...done, 'reopen', 'assign', 'start', 'note', 'proof', 'resolve']
const asked: Path = ['returnForInfo', 'supplyInfo', 'assign', 'start', 'proof', 'resolve']
const handedOn: Path = ['accept', 'assign', 'askReassign', 'assign', 'start', 'interimReply', 'proof', 'resolve']

/** Ways in which a grievance can have come to a state. */
export const pathsTo: Readonly<Record<GrievanceState, Paths>> = {
  submitted: [[[], 1]],
  info_needed: [
    [['returnForInfo'], 2],
    [['accept', 'note', 'returnForInfo'], 1]
  ],
  triaged: [
    [['accept'], 4],
    [['returnForInfo', 'supplyInfo'], 2],
    [['accept', 'assign', 'askReassign'], 1],
    [[...done, 'reopen'], 1]
  ],
  assigned: [
    [['accept', 'assign'], 5],
    [['assign'], 2],
    [['accept', 'note', 'assign', 'assign'], 1],
    [[...done, 'reopen', 'assign'], 1]
  ],
  in_progress: [
    [['accept', 'assign', 'start'], 5],
    [['assign', 'start', 'note', 'interimReply'], 3],
    [[...quick, 'reopen', 'assign', 'start'], 1]
  ],
  transferred: [
    [['accept', 'transfer'], 2],
    [['accept', 'assign', 'note', 'transfer'], 1]
  ],
  appealed: [
    [[...done, 'rate', 'appeal'], 2],
    [['accept', 'reject', 'appeal'], 2],
    [[...done, 'appeal'], 1]
  ],
  resolved: [
    [done, 5],
    [quick, 3],
    [again, 1],
    [asked, 1],
    [[...done, 'appeal', 'upholdAppeal'], 1]
  ],
  rejected: [
    [['accept', 'reject'], 3],
    [['reject'], 2],
    [['reject', 'appeal', 'dismissAppeal'], 1]
  ],
  duplicate: [
    [['linkDuplicate'], 3],
    [['accept', 'note', 'linkDuplicate'], 1]
  ],
  withdrawn: [
    [['withdraw'], 2],
    [['accept', 'withdraw'], 2],
    [['accept', 'assign', 'withdraw'], 1]
  ],
  closed: [
    [[...done, 'rate'], 30],
    [[...done, 'close'], 18],
    [[...quick, 'close'], 14],
    [[...quick, 'rate'], 8],
    [[...asked, 'rate'], 6],
    [[...again, 'rate'], 6],
    [[...again, 'close'], 3],
    [[...handedOn, 'rate'], 4],
    [['accept', 'reject', 'close'], 6],
    [['linkDuplicate', 'close'], 4],
    [[...done, 'rate', 'appeal', 'upholdAppeal', 'close'], 1]
  ]
}

/** Of a hundred grievances of an office that has run for a year. */
export const stateShares: readonly (readonly [GrievanceState, number])[] = [
  ['closed', 50],
  ['in_progress', 9],
  ['assigned', 8],
  ['submitted', 7],
  ['triaged', 6],
  ['resolved', 6],
  ['info_needed', 3],
  ['rejected', 3],
  ['duplicate', 2],
  ['withdrawn', 3],
  ['transferred', 2],
  ['appealed', 1]
]

/** How long ago the last step may be, in hours. Answers close by themselves after the reopen window. */
export const restHours: Readonly<Record<GrievanceState, readonly [least: number, most: number]>> = {
  submitted: [0, 24],
  info_needed: [1, 90],
  triaged: [0, 30],
  assigned: [0, 48],
  in_progress: [0, 72],
  transferred: [4, 500],
  appealed: [1, 120],
  resolved: [0, 70],
  rejected: [0, 70],
  duplicate: [0, 70],
  withdrawn: [1, 8000],
  closed: [1, 8200]
}

/** Time before a step: `office` counts working minutes, `real` the clock on the wall; `target` is multiplied by the category's. */
export const waits: Readonly<
  Record<StoryStep, { clock: 'office' | 'real'; least: number; most: number; target?: true }>
> = {
  accept: { clock: 'office', least: 3, most: 90 },
  assign: { clock: 'office', least: 3, most: 60 },
  start: { clock: 'office', least: 10, most: 120 },
  proof: { clock: 'office', least: 0.05, most: 0.7, target: true },
  resolve: { clock: 'office', least: 3, most: 40 },
  note: { clock: 'office', least: 10, most: 200 },
  returnForInfo: { clock: 'office', least: 15, most: 300 },
  supplyInfo: { clock: 'real', least: 60, most: 3600 },
  askReassign: { clock: 'office', least: 30, most: 400 },
  transfer: { clock: 'office', least: 60, most: 800 },
  interimReply: { clock: 'office', least: 100, most: 800 },
  escalate: { clock: 'office', least: 20, most: 60 },
  reject: { clock: 'office', least: 30, most: 400 },
  linkDuplicate: { clock: 'office', least: 10, most: 300 },
  withdraw: { clock: 'real', least: 45, most: 3000 },
  rate: { clock: 'real', least: 60, most: 4000 },
  reopen: { clock: 'real', least: 60, most: 4000 },
  appeal: { clock: 'real', least: 600, most: 4000 },
  upholdAppeal: { clock: 'office', least: 300, most: 2000 },
  dismissAppeal: { clock: 'office', least: 300, most: 2000 },
  close: { clock: 'real', least: 4321, most: 4380 }
}
