import { createHash, timingSafeEqual } from 'node:crypto'
import { lastFour } from '#shared/people/phone.ts'
import type { GrievanceEvent, Photo } from '#shared/grievances/grievance.ts'
import { photosOfEntry } from '#shared/grievances/grievance-photos.ts'
import type { GrievanceState } from '#shared/grievances/grievance-state.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** `full`: whoever asked knows the reporter's phone. `dates`: no phone was given, so the number alone shows state and dates. */
export type TrackLevel = 'full' | 'dates'

/**
 * The grievance that a number and the last digits of a phone open; null for an unknown number, a wrong pair, and digits
 * that are missing, which all do the same work. `digits` is '' when none were entered.
 */
export async function openByPair(
  tx: Tx,
  number: string,
  digits: string
): Promise<{ grievanceId: string; level: TrackLevel } | null> {
  const { rows } = await tx.query<{ grievanceId: string; id: string | null; sealed: string | null }>(
    `select n.grievance_id as "grievanceId", c.id, c.sealed
     from grievance_number n
     left join reporter_contact c on c.tenant_id = n.tenant_id and c.grievance_id = n.grievance_id
     where n.tenant_id = $1 and n.number = $2 order by n.main desc, n.grievance_id`,
    [tx.tenantId, number]
  )
  const opened = rows.map(({ grievanceId, id, sealed }) => ({ grievanceId, phone: phoneOf(tx, id, sealed) }))
  const pair = opened.find(({ phone }) => sameDigits(phone === null ? '' : lastFour(phone), digits) && phone !== null)
  if (pair) return { grievanceId: pair.grievanceId, level: 'full' }
  const reachable = new Set(opened.flatMap(({ grievanceId, phone }) => (phone === null ? [] : [grievanceId])))
  const withoutPhone = opened.find(({ grievanceId }) => !reachable.has(grievanceId))
  return withoutPhone ? { grievanceId: withoutPhone.grievanceId, level: 'dates' } : null
}

function phoneOf(tx: Tx, id: string | null, sealed: string | null): string | null {
  return id === null || sealed === null ? null : (tx.sealed.open(id, sealed) as { phone: string | null }).phone
}

function sameDigits(known: string, given: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(known), hash(given))
}

export interface TrackedGrievance {
  readonly number: string
  readonly state: GrievanceState
  readonly category: string
  readonly categoryNames: Record<string, string>
  readonly description: string
  readonly filedAt: string
  readonly dueAt: string | null
  readonly pausedAt: string | null
  readonly scheduledFor: string | null
  readonly resolvedAt: string | null
  readonly closedAt: string | null
  readonly resolution: string | null
  readonly transferredTo: string | null
  readonly timeline: readonly TrackedEvent[]
}

/** An entry of the timeline as citizens see it: what happened, when, and the office's public words. Never who. */
export interface TrackedEvent {
  readonly event: string
  readonly toState: GrievanceState | null
  readonly text: string | null
  readonly at: string
  /** Ids of the photos that came with it and can be shown. */
  readonly photos: readonly string[]
}

export async function readTracked(tx: Tx, grievanceId: string): Promise<TrackedGrievance | null> {
  const { rows } = await tx.query<Omit<TrackedGrievance, 'timeline'> & { photos: Photo[] }>(
    `select g.number, g.state, k.name as category, k.names as "categoryNames", g.description, g.filed_at as "filedAt", g.due_at as "dueAt",
            g.paused_at as "pausedAt", g.scheduled_for as "scheduledFor", g.resolved_at as "resolvedAt", g.closed_at as "closedAt",
            g.resolution, g.transferred_to as "transferredTo", g.photos
     from grievance g join category k on k.tenant_id = g.tenant_id and k.id = g.category_id
     where g.tenant_id = $1 and g.id = $2`,
    [tx.tenantId, grievanceId]
  )
  if (!rows[0]) return null
  const { photos, ...grievance } = rows[0]
  const ready = new Set(photos.filter(({ state }) => state === 'ready').map(({ id }) => id))
  const { rows: timeline } = await tx.query<Omit<TrackedEvent, 'photos'> & Pick<GrievanceEvent, 'changes'>>(
    `select event, to_state as "toState", text, at, changes from grievance_event
     where tenant_id = $1 and grievance_id = $2 and visibility = 'public' order by at, id`,
    [tx.tenantId, grievanceId]
  )
  return {
    ...grievance,
    timeline: timeline.map(({ changes, ...entry }) => ({
      ...entry,
      photos: photosOfEntry(changes).filter((id) => ready.has(id))
    }))
  }
}
