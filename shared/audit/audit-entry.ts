import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { actorRoleSchema } from '../identity/actor.ts'

const values = z.record(z.string(), z.unknown()).nullable()

/** One row of the audit. `at` is the server's clock, `claimedAt` the device's. Personal values are not in it. */
export const auditEntrySchema = z.object({
  id: uuidSchema,
  at: z.iso.datetime(),
  claimedAt: z.iso.datetime().nullable(),
  actorId: uuidSchema.nullable(),
  /** Null for the system, for citizens, and where nobody is known. */
  actorName: z.string().nullable(),
  actorRole: actorRoleSchema,
  deviceId: uuidSchema.nullable(),
  requestId: z.string().nullable(),
  commandId: uuidSchema.nullable(),
  /** Noun and verb, e.g. `user.change` or the name of a command. */
  action: z.string(),
  subjectType: z.string().nullable(),
  subjectId: uuidSchema.nullable(),
  before: values,
  after: values,
  /** Whether it is sealed already; that takes some minutes. */
  sealed: z.boolean()
})
export type AuditEntryRow = z.infer<typeof auditEntrySchema>

const day = z.iso.date()

/** Who, what, which record, which days (of the office, both included). */
export const auditFilterSchema = z.object({
  actorId: uuidSchema.optional(),
  action: z.string().max(80).optional(),
  subjectId: uuidSchema.optional(),
  from: day.optional(),
  until: day.optional()
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

/** Query of `GET /api/v1/audit`; newest first, `before` is the `next` of the page before. */
export const auditQuerySchema = auditFilterSchema.extend({
  before: uuidSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50)
})

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  next: uuidSchema.nullable(),
  /** What was done of late, for the filter. */
  actions: z.array(z.string())
})
