import { z } from 'zod'
import { field, fieldFacts } from '../schema-facts.ts'
import { grievanceStates } from './grievance-state.ts'
import { trackingNumberSchema } from '../tracking-number.ts'

export const grievanceSources = ['portal', 'field', 'counter', 'import', 'open311'] as const
export const grievancePriorities = ['low', 'normal', 'high', 'urgent'] as const

/** A photo that belongs to a grievance. `expected`: announced, its bytes have not arrived or are still being checked. */
export const photoSchema = z.object({
  id: z.uuid(),
  /** SHA-256 (hex) of the bytes that will be uploaded, made where the photo was taken. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().positive().max(10_000_000),
  state: z.enum(['expected', 'ready', 'refused']).default('expected')
})
export type Photo = z.infer<typeof photoSchema>

const optionalText = (max: number) => z.string().trim().max(max).nullable()
const instant = z.iso.datetime()
const inPlace = { mergeUnit: 'place' } as const
const decided = { merge: 'stateMachine', mergeUnit: 'state' } as const

/** A grievance as the office and its workers see it. Contact data of the reporter lives in `reporter_contact`. */
export const grievanceSchema = z.object({
  id: field(z.uuid(), { label: 'grievances.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('grievance'), { label: 'grievances.field.type', kind: 'text', sensitivity: 'internal' }),
  number: field(trackingNumberSchema, { label: 'grievances.field.number', kind: 'text', sensitivity: 'public', filterable: true, sortable: true }),
  state: field(z.enum(grievanceStates), { label: 'grievances.field.state', kind: 'state', sensitivity: 'public', filterable: true, sortable: true, ...decided }),
  categoryId: field(z.uuid(), { label: 'grievances.field.category', kind: 'reference', sensitivity: 'public', filterable: true, sortable: true, merge: 'officeWins' }),
  departmentId: field(z.uuid().nullable(), { label: 'grievances.field.department', kind: 'reference', sensitivity: 'public', filterable: true, merge: 'officeWins' }),
  assigneeId: field(z.uuid().nullable(), { label: 'grievances.field.assignee', kind: 'reference', sensitivity: 'internal', filterable: true, merge: 'officeWins' }),
  priority: field(z.enum(grievancePriorities), { label: 'grievances.field.priority', kind: 'choice', sensitivity: 'internal', filterable: true, sortable: true, merge: 'officeWins' }),
  description: field(z.string().trim().min(3).max(4000), { label: 'grievances.field.description', kind: 'longText', sensitivity: 'personal' }),
  latitude: field(z.number().min(-90).max(90).nullable(), { label: 'grievances.field.latitude', kind: 'geo', sensitivity: 'personal', ...inPlace }),
  longitude: field(z.number().min(-180).max(180).nullable(), { label: 'grievances.field.longitude', kind: 'geo', sensitivity: 'personal', ...inPlace }),
  accuracyMetres: field(z.number().nonnegative().nullable(), { label: 'grievances.field.accuracy', kind: 'number', sensitivity: 'internal', ...inPlace }),
  landmark: field(optionalText(300), { label: 'grievances.field.landmark', kind: 'text', sensitivity: 'personal', ...inPlace }),
  wardId: field(z.uuid().nullable(), { label: 'grievances.field.ward', kind: 'reference', sensitivity: 'public', filterable: true, sortable: true, ...inPlace }),
  personId: field(z.uuid().nullable(), { label: 'grievances.field.person', kind: 'reference', sensitivity: 'personal' }),
  householdId: field(z.uuid().nullable(), { label: 'grievances.field.household', kind: 'reference', sensitivity: 'personal' }),
  source: field(z.enum(grievanceSources), { label: 'grievances.field.source', kind: 'choice', sensitivity: 'internal', filterable: true }),
  visibility: field(z.enum(['public', 'private']), { label: 'grievances.field.visibility', kind: 'choice', sensitivity: 'internal', merge: 'officeWins' }),
  photos: field(z.array(photoSchema), { label: 'grievances.field.photos', kind: 'list', sensitivity: 'personal', merge: 'union' }),
  filedAt: field(instant, { label: 'grievances.field.filedAt', kind: 'dateTime', sensitivity: 'public', filterable: true, sortable: true }),
  filedBy: field(z.uuid().nullable(), { label: 'grievances.field.filedBy', kind: 'reference', sensitivity: 'internal' }),
  dueAt: field(instant.nullable(), { label: 'grievances.field.dueAt', kind: 'dateTime', sensitivity: 'public', filterable: true, sortable: true, ...decided }),
  pausedAt: field(instant.nullable(), { label: 'grievances.field.pausedAt', kind: 'dateTime', sensitivity: 'internal', ...decided }),
  scheduledFor: field(instant.nullable(), { label: 'grievances.field.scheduledFor', kind: 'dateTime', sensitivity: 'public', ...decided }),
  resolvedAt: field(instant.nullable(), { label: 'grievances.field.resolvedAt', kind: 'dateTime', sensitivity: 'public', sortable: true, ...decided }),
  closedAt: field(instant.nullable(), { label: 'grievances.field.closedAt', kind: 'dateTime', sensitivity: 'public', ...decided }),
  resolution: field(optionalText(4000), { label: 'grievances.field.resolution', kind: 'longText', sensitivity: 'personal', ...decided }),
  reasonCode: field(z.string().max(40).nullable(), { label: 'grievances.field.reason', kind: 'choice', sensitivity: 'public', ...decided }),
  duplicateOf: field(z.uuid().nullable(), { label: 'grievances.field.duplicateOf', kind: 'reference', sensitivity: 'internal', ...decided }),
  transferredTo: field(optionalText(200), { label: 'grievances.field.transferredTo', kind: 'text', sensitivity: 'public', ...decided }),
  reopenedCount: field(z.number().int().nonnegative(), { label: 'grievances.field.reopenedCount', kind: 'number', sensitivity: 'internal', sortable: true, ...decided }),
  escalationLevel: field(z.number().int().nonnegative(), { label: 'grievances.field.escalation', kind: 'number', sensitivity: 'internal', filterable: true, sortable: true, ...decided }),
  rating: field(z.number().int().min(1).max(5).nullable(), { label: 'grievances.field.rating', kind: 'number', sensitivity: 'public', ...decided }),
  decidedBy: field(z.uuid().nullable(), { label: 'grievances.field.decidedBy', kind: 'reference', sensitivity: 'internal', ...decided })
})
export type Grievance = z.infer<typeof grievanceSchema>

export const grievanceFacts = fieldFacts(grievanceSchema)

/** One step in the life of a grievance, written by the server from the events of a command. */
export const grievanceEventSchema = z.object({
  id: z.uuid(),
  type: z.literal('grievance_event'),
  grievanceId: z.uuid(),
  /** Name of the event, e.g. `grievance.assigned`. */
  event: z.string(),
  fromState: z.enum(grievanceStates).nullable(),
  toState: z.enum(grievanceStates).nullable(),
  /** Edited fields: from what to what. */
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
  text: z.string().nullable(),
  visibility: z.enum(['public', 'staff']),
  actorId: z.uuid().nullable(),
  actorRole: z.string(),
  actorName: z.string(),
  /** Server clock. */
  at: instant,
  /** Clock of the device that gave the command. */
  claimedAt: instant.nullable()
})
export type GrievanceEvent = z.infer<typeof grievanceEventSchema>

/** How to reach the reporter. Kept apart so that only roles that may see it receive it, and erasing it deletes a row. */
export const reporterContactSchema = z.object({
  id: field(z.uuid(), { label: 'grievances.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('reporter_contact'), { label: 'grievances.field.type', kind: 'text', sensitivity: 'internal' }),
  grievanceId: field(z.uuid(), { label: 'grievances.field.grievance', kind: 'reference', sensitivity: 'internal' }),
  name: field(optionalText(120), { label: 'grievances.reporter.name', kind: 'text', sensitivity: 'personal' }),
  phone: field(z.string().regex(/^\+\d{8,15}$/).nullable(), { label: 'grievances.reporter.phone', kind: 'phone', sensitivity: 'secret' }),
  email: field(z.email().max(200).nullable(), { label: 'grievances.reporter.email', kind: 'email', sensitivity: 'secret' }),
  language: field(z.enum(['en', 'hi']), { label: 'grievances.reporter.language', kind: 'choice', sensitivity: 'internal' })
})
export type ReporterContact = z.infer<typeof reporterContactSchema>
export const reporterContactFacts = fieldFacts(reporterContactSchema)
