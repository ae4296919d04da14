import { z } from 'zod'
import { collectionNameSchema, wireDocumentSchema } from '../collection-names.ts'
import { checkpointSchema } from '../position.ts'

export const digestSchema = z.string().regex(/^[0-9a-f]{16}$/)
export const bucketSchema = z.string().regex(/^[0-9a-f]{2}$/)
export const digestSumSchema = z.object({ count: z.number().int().nonnegative(), sum: digestSchema })

/** What a device mended in a collection after a comparison. */
export const mendReportSchema = z.object({
  collection: collectionNameSchema,
  /** Fetched because the device did not have them. */
  missing: z.number().int().nonnegative(),
  /** Fetched because their content was another one. */
  changed: z.number().int().nonnegative(),
  /** Dropped because the server has them no more, or the person may not see them. */
  gone: z.number().int().nonnegative()
})
export type MendReport = z.infer<typeof mendReportSchema>

/** Does the device hold exactly what the server would give it? First one sum over everything, then where it differs. */
export const compareRequestSchema = z.object({
  protocol: z.number().int(),
  collection: collectionNameSchema,
  all: digestSumSchema,
  /** What was mended since the device last compared, told once. */
  mended: z.array(mendReportSchema).max(12).optional()
})
export type CompareRequest = z.infer<typeof compareRequestSchema>

export const compareReplySchema = z.object({
  protocol: z.number().int(),
  /** Server clock, ms. */
  serverTime: z.number().int(),
  generation: z.number().int(),
  same: z.boolean(),
  /** Where `same` is false: sums by bucket (last two hex digits of the id); a bucket without records is left out. */
  buckets: z.record(bucketSchema, digestSumSchema),
  /** From where the feed goes on for a device that has made itself equal to this. */
  checkpoint: checkpointSchema
})
export type CompareReply = z.infer<typeof compareReplySchema>

/** Which records of these buckets the server has for this device. */
export const compareListRequestSchema = z.object({
  protocol: z.number().int(),
  collection: collectionNameSchema,
  buckets: z.array(bucketSchema).min(1).max(256),
  /** How far this device had read when it counted; null marks nothing as `late`. */
  checkpoint: checkpointSchema.nullable(),
  after: z.uuid().nullable()
})
export type CompareListRequest = z.infer<typeof compareListRequestSchema>

export const compareEntrySchema = z.object({
  id: z.uuid(),
  rev: z.number().int(),
  /** Null when it has changed this moment: look again another time. */
  digest: digestSchema.nullable(),
  /** False: the record left; only listed when it is late. */
  present: z.boolean(),
  /** Its change stands in the feed behind the device's checkpoint and comes by itself. */
  late: z.boolean()
})
export type CompareEntry = z.infer<typeof compareEntrySchema>

export const compareListReplySchema = z.object({ entries: z.array(compareEntrySchema), more: z.boolean() })
export type CompareListReply = z.infer<typeof compareListReplySchema>

/** Records by id, where the person may see them; others are left out without a word. */
export const fetchRecordsRequestSchema = z.object({
  protocol: z.number().int(),
  collection: collectionNameSchema,
  ids: z.array(z.uuid()).min(1).max(500)
})
export type FetchRecordsRequest = z.infer<typeof fetchRecordsRequestSchema>

export const fetchRecordsReplySchema = z.object({ generation: z.number().int(), documents: z.array(wireDocumentSchema) })
export type FetchRecordsReply = z.infer<typeof fetchRecordsReplySchema>
