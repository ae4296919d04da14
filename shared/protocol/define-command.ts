import type { z } from 'zod'
import type { Actor } from '../identity/actor.ts'
import type { BusinessCalendar } from '../calendar/business-calendar.ts'
import type { CollectionName, RecordRef } from './collection-names.ts'
import type { RejectionCode } from '../errors.ts'

/** A record as rules see it: plain fields, no `rev`. */
export type RecordFields = Record<string, unknown> & { id: string; type: string }

/** The records a command touches, as they stand before it: server rows, or on the device replica plus pending layer. */
export interface Rows {
  get<T extends RecordFields>(type: T['type'], id: string): T | null
}

export interface CommandContext {
  actor: Actor
  /** Server clock on the server, device clock on the device (ms). The server's result replaces the device's. */
  now: number
  /** Claimed time of the command, device clock (ms). */
  claimedAt: number
  commandId: string
  /** Old values of the edited fields as the author saw them. */
  base: Record<string, unknown> | undefined
  tenant: TenantRules
}

/** What rules need to know of the tenant. */
export interface TenantRules {
  timeZone: string
  trackingPrefix: string
  calendar: BusinessCalendar
  /** Window in which a reporter may reopen, hours of the server clock. */
  reopenHours: number
}

/** A whole record to be stored, or one to be removed. */
export type RecordWrite =
  | { collection: CollectionName; record: RecordFields }
  | { collection: CollectionName; remove: { id: string; type: string } }

/** What happened, for timeline, audit and outgoing messages; these are made of events on the server only. */
export interface DomainEvent {
  name: string
  subject: { type: string; id: string }
  data: Record<string, unknown>
}

/** The same field changed by two people: both values, to be settled by a person. */
export interface FieldConflict {
  subject: RecordRef
  field: string
  base: unknown
  yours: unknown
  theirs: unknown
}

export type Decision =
  | { ok: true; merged: boolean; writes: RecordWrite[]; events: DomainEvent[]; conflicts: FieldConflict[] }
  | {
      ok: false
      code: RejectionCode
      fields?: { path: string; message: string }[]
      /** What the refused change wanted and what stands there instead, for the person who looks at it. */
      contest?: FieldConflict
    }

export interface TouchedRecord extends RecordRef {
  /** `create`: must not exist yet. `need`: must exist. `look`: may or may not exist. */
  as: 'create' | 'need' | 'look'
}

/** One command: the same file rules on the phone and on the server. */
export interface CommandDefinition<Args = Record<string, unknown>> {
  name: string
  version: number
  args: z.ZodType<Args>
  /** A refusal opens no issue: what the command is about is an issue itself, and stays open or tells its outcome. */
  opensNoIssue?: true
  /** Every record read or written, parents included. */
  touches(args: Args): TouchedRecord[]
  /** Records the rule only reads and whose ids stand in the touched ones, like the category of a grievance. */
  alsoReads?(rows: Rows, args: Args): TouchedRecord[]
  /** Whether the actor may do it at all, given the records. */
  may(actor: Actor, args: Args, rows: Rows): boolean
  decide(rows: Rows, args: Args, context: CommandContext): Decision
}

export function defineCommand<Args>(definition: CommandDefinition<Args>): CommandDefinition<Args> {
  return definition
}

/** A plain acceptance. */
export function accept(writes: RecordWrite[], events: DomainEvent[] = []): Decision {
  return { ok: true, merged: false, writes, events, conflicts: [] }
}

export function reject(code: RejectionCode, fields?: { path: string; message: string }[]): Decision {
  return fields ? { ok: false, code, fields } : { ok: false, code }
}
