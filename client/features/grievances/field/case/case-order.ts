import { distanceMetres } from '#shared/geo/distance.ts'
import { dueTone, type DueTone } from '#shared/grievances/grievance-sla.ts'
import { isOpen } from '#shared/grievances/grievance-state.ts'
import type { Grievance } from '#shared/grievances/grievance.ts'

/** Where the worker stands, degrees WGS 84. */
export interface Standpoint {
  readonly latitude: number
  readonly longitude: number
}

/** A grievance with what decides its place in a list. */
export interface RankedCase {
  readonly grievance: Grievance
  readonly tone: DueTone
  /** Metres from the standpoint; null where either place is not known. */
  readonly distance: number | null
}

export interface TodayCases {
  /** Assigned to the worker and not answered yet, or overdue in her wards: overdue first, then by due date. */
  readonly todo: RankedCase[]
  /** Other open cases of her wards, the nearest first. */
  readonly near: RankedCase[]
}

const urgency: Record<DueTone, number> = { overdue: 0, soon: 1, later: 2, none: 3, paused: 4 }

export function rankCase(grievance: Grievance, at: { now: number; from: Standpoint | null }): RankedCase {
  const { latitude, longitude } = grievance
  const known = at.from !== null && latitude !== null && longitude !== null
  return {
    grievance,
    tone: dueTone(grievance, isOpen(grievance.state), at.now),
    distance: known ? distanceMetres([at.from!.longitude, at.from!.latitude], [longitude, latitude]) : null
  }
}

/** What a worker has to do, with the reason told by `tone`; `now` is ms by the device's clock. */
export function todayCases(grievances: readonly Grievance[], userId: string, at: { now: number; from: Standpoint | null }): TodayCases {
  const open = grievances.filter((grievance) => isOpen(grievance.state)).map((grievance) => rankCase(grievance, at))
  const isHers = ({ grievance }: RankedCase) => grievance.assigneeId === userId && ['assigned', 'in_progress'].includes(grievance.state)
  const todo = open.filter(isHers).sort(byUrgency)
  const near = open.filter((one) => !isHers(one)).sort(byNearness)
  return { todo, near }
}

/** The most pressing first; what is equally pressing by due date, then by nearness. */
export function byUrgency(a: RankedCase, b: RankedCase): number {
  return urgency[a.tone] - urgency[b.tone] || dueMs(a) - dueMs(b) || (a.distance ?? Infinity) - (b.distance ?? Infinity) || 0
}

function byNearness(a: RankedCase, b: RankedCase): number {
  if (a.distance !== null && b.distance !== null) return a.distance - b.distance
  if (a.distance !== null) return -1
  return b.distance !== null ? 1 : byUrgency(a, b)
}

function dueMs({ grievance }: RankedCase): number {
  return grievance.dueAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(grievance.dueAt)
}
