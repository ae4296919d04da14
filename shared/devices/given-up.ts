import { z } from 'zod'
import { uuidSchema } from '../ids.ts'

/** Of one note at most so many items are told by name; `count` says how many there were. */
export const givenUpItemsMost = 200

/** What one person gave up by name when logging out: what it was and when, not what it said. Times by the clock of the device, ms. */
export const givenUpSchema = z.object({
  /** Made on the phone with the note: told twice, it is kept once. */
  id: uuidSchema,
  userId: uuidSchema,
  at: z.int(),
  count: z.int().min(1),
  items: z.array(z.object({ id: uuidSchema, command: z.string().max(80), savedAt: z.int() })).max(givenUpItemsMost)
})
export type GivenUp = z.infer<typeof givenUpSchema>

/** Body of `POST /api/v1/devices/given-up`. */
export const givenUpNotesSchema = z.object({ notes: z.array(givenUpSchema).min(1).max(20) })
