import { z } from 'zod'
import { collectionNameSchema } from '../protocol/collection-names.ts'
import { uuidSchema } from '../ids.ts'
import { syncIssueSchema } from './sync-issue.ts'

export const syncIssueQuerySchema = z.strictObject({
  status: z.enum(['open', 'settled']).default('open'),
  /** Only those of one record. */
  subjectId: uuidSchema.optional(),
  kind: z.enum(['conflict', 'rejected']).optional(),
  authorId: uuidSchema.optional(),
  /** Ward of the record, or the one that a refused command named. */
  wardId: uuidSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** `next` of the page before. */
  before: uuidSchema.optional()
})

/** An issue with what it is about: the collection for settling, the number or name to recognise it by. */
export const syncIssueRowSchema = syncIssueSchema.extend({
  rev: z.int(),
  subjectCollection: collectionNameSchema.nullable(),
  subjectTitle: z.string().nullable(),
  /** What the record holds in the field now. */
  standing: z.unknown(),
  /** Who had written the other value, for a conflict: the last change of that field before this one. */
  other: z
    .object({ actorId: uuidSchema.nullable(), at: z.iso.datetime(), claimedAt: z.iso.datetime().nullable() })
    .nullable()
})
export type SyncIssueRow = z.infer<typeof syncIssueRowSchema>

export const syncIssueListSchema = z.object({
  issues: z.array(syncIssueRowSchema),
  open: z.int(),
  next: uuidSchema.nullable()
})
export type SyncIssueList = z.infer<typeof syncIssueListSchema>

/** By the id of the command, or by the hash of its receipt. */
export const receiptKeySchema = z.union([uuidSchema, z.string().regex(/^[0-9a-f]{64}$/)])

/** A receipt looked up by the id of its command or by its own hash: what the office holds against what the phone shows. */
export const receiptLookupSchema = z.object({
  commandId: uuidSchema,
  name: z.string(),
  verdict: z.enum(['applied', 'merged', 'rejected']),
  code: z.string().nullable(),
  hash: z.string(),
  /** Server clock. */
  receivedAt: z.iso.datetime(),
  /** Clock of the device. */
  claimedAt: z.iso.datetime(),
  actorId: uuidSchema.nullable(),
  deviceId: uuidSchema.nullable(),
  deviceLabel: z.string().nullable(),
  /** Number or name of the record that it is about. */
  subjectTitle: z.string().nullable(),
  batch: z.object({ id: uuidSchema, keyId: z.string(), signature: z.string(), hashes: z.array(z.string()) })
})
export type ReceiptLookup = z.infer<typeof receiptLookupSchema>
