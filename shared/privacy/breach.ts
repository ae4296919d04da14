import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { nextSchema, pageQuerySchema } from '../list-page.ts'

/** From the moment it was noticed until the Board has the full report (DPDP Rules 2025, rule 7). */
export const reportWithinMs = 72 * 3_600_000

/** Whose data it is about: of everybody, of wards, or what the copies on devices and the accounts of staff reached. */
export const breachScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('office') }),
  z.strictObject({ kind: z.enum(['wards', 'devices', 'accounts']), ids: z.array(uuidSchema).min(1).max(200) })
])
export type BreachScope = z.infer<typeof breachScopeSchema>
export const breachScopeKinds = ['office', 'wards', 'devices', 'accounts'] as const
export type BreachScopeKind = (typeof breachScopeKinds)[number]

export const breachDataKinds = ['names', 'phones', 'emails', 'places', 'reports', 'photos', 'accounts'] as const
export type BreachDataKind = (typeof breachDataKinds)[number]

/** What is told in words; all but the first can follow as it becomes known. */
export const breachWords = ['what', 'consequences', 'measures', 'advice', 'cause', 'contact'] as const
export type BreachWord = (typeof breachWords)[number]
const wordSchema = z.string().trim().max(2_000)
const later = { consequences: wordSchema, measures: wordSchema, advice: wordSchema, cause: wordSchema, contact: wordSchema }
const wordsSchema = z.strictObject({ what: wordSchema.min(1), ...later })
export type BreachWords = z.infer<typeof wordsSchema>

/** What is to be done, in this order. */
export const breachSteps = ['stopped', 'board_told', 'people_told', 'board_report', 'prevented'] as const
export type BreachStep = (typeof breachSteps)[number]

const instant = z.iso.datetime()
/** An instant that somebody types: not before this century. */
const typedInstant = instant.refine((at) => at >= '2000', 'This is too long ago.')

/** Body of `POST /api/v1/breaches`; instants of whoever noticed it, never later than the server's clock. */
export const newBreachSchema = z.strictObject({
  noticedAt: typedInstant,
  noticedBy: z.string().trim().min(1).max(120),
  openFrom: typedInstant.nullable(),
  openUntil: typedInstant.nullable(),
  scope: breachScopeSchema,
  dataKinds: z.array(z.enum(breachDataKinds)).min(1).max(breachDataKinds.length),
  words: wordsSchema
})
export type NewBreach = z.infer<typeof newBreachSchema>

/** Body of `PATCH /api/v1/breaches/:id`. When it was noticed stands. */
export const breachChangeSchema = z.strictObject({ words: wordsSchema.partial() })

/** Body of `POST /api/v1/breaches/:id/steps`. */
export const breachStepSchema = z.strictObject({ step: z.enum(breachSteps), done: z.boolean() })

/** Body of `POST /api/v1/breaches/:id/close`. */
export const breachClosingSchema = z.strictObject({ reason: z.string().trim().min(10).max(300) })

export const breachSchema = z.object({
  id: uuidSchema,
  recordedAt: instant,
  /** Null: the operator, at his prompt. */
  recordedBy: uuidSchema.nullable(),
  noticedAt: instant,
  noticedBy: z.string(),
  /** Until when the Board must have the full report. */
  dueAt: instant,
  openFrom: instant.nullable(),
  openUntil: instant.nullable(),
  scope: breachScopeSchema,
  dataKinds: z.array(z.enum(breachDataKinds)),
  words: wordsSchema,
  steps: z.array(z.object({ step: z.enum(breachSteps), doneAt: instant, doneBy: uuidSchema.nullable() })),
  closed: z.object({ at: instant, by: uuidSchema.nullable(), reason: z.string() }).nullable()
})
export type Breach = z.infer<typeof breachSchema>

export const breachPageQuerySchema = pageQuerySchema(50)
/** The newest first. `now`: the server's clock, by which the time left is shown. */
export const breachPageSchema = z.object({ now: instant, breaches: z.array(breachSchema), next: nextSchema })

/** Who is to be told, without addresses: those are in the file. */
export const affectedPageSchema = z.object({
  total: z.int(),
  people: z.array(z.object({ id: uuidSchema, name: z.string(), language: z.string(), hasPhone: z.boolean(), hasEmail: z.boolean() })),
  next: nextSchema
})
export type AffectedPage = z.infer<typeof affectedPageSchema>
