import { z } from 'zod'
import { collectionNameSchema, removalSchema, wireDocumentSchema } from './collection-names.ts'
import { checkpointSchema, durableToSchema, positionSchema } from './position.ts'

/** Several replicas ask in one request. The server chooses the size of a page. */
export const pullRequestSchema = z.object({
  protocol: z.number().int(),
  pulls: z.array(z.object({ collection: collectionNameSchema, checkpoint: checkpointSchema.nullable() })).min(1).max(12),
  /** The position a poke promised; while the feed is still below it the reply says `behind`. */
  reach: positionSchema.optional()
})
export type PullRequest = z.infer<typeof pullRequestSchema>

export const pulledPageSchema = z.object({
  collection: collectionNameSchema,
  documents: z.array(z.union([removalSchema, wireDocumentSchema])),
  checkpoint: checkpointSchema,
  /** Documents that still wait after this page, for honest progress; null when nothing is known. */
  remaining: z.number().int().nullable(),
  /** True when the feed below the horizon is read to its end. */
  done: z.boolean(),
  /** The checkpoint is of another generation or older than the pruned feed: compare everything. */
  reset: z.boolean()
})
export type PulledPage = z.infer<typeof pulledPageSchema>

export const pullReplySchema = z.object({
  protocol: z.number().int(),
  serverTime: z.number().int(),
  generation: z.number().int(),
  durableTo: durableToSchema,
  /** True when rows wait above the horizon: come again soon. */
  behind: z.boolean(),
  pulls: z.array(pulledPageSchema)
})
export type PullReply = z.infer<typeof pullReplySchema>
