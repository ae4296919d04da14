import { z } from 'zod'
import { uuidSchema } from '../ids.ts'

/** A command that waits at the server for records that have not arrived. Its content is not shown: nobody has judged it yet. */
export const heldCommandSchema = z.object({
  commandId: uuidSchema,
  name: z.string(),
  authorId: uuidSchema,
  authorName: z.string(),
  deviceId: uuidSchema.nullable(),
  /** Ids of records; a record out of its author's sight stands here like one that does not exist. */
  waitsFor: z.array(uuidSchema),
  /** Clock of the device. */
  claimedAt: z.iso.datetime(),
  /** Server clock, like `endsAt`: then it is refused, and its content goes to an issue. */
  receivedAt: z.iso.datetime(),
  endsAt: z.iso.datetime()
})
export type HeldCommandView = z.infer<typeof heldCommandSchema>

/** The ones that have waited longest, at most 200, and how many there are. */
export const heldCommandListSchema = z.object({ held: z.array(heldCommandSchema), count: z.int() })
export type HeldCommandList = z.infer<typeof heldCommandListSchema>
