import { z } from 'zod'
import { uuidSchema } from '../ids.ts'

/** One login of the person who asks, on one device. */
export const ownSessionSchema = z.object({
  id: uuidSchema,
  deviceId: uuidSchema,
  /** Such as "Chrome · Android"; empty when the device said nothing. */
  deviceLabel: z.string(),
  appVersion: z.string().nullable(),
  /** Server clock; to some ten minutes. */
  lastSeenAt: z.iso.datetime(),
  /** The session that asks. */
  isThis: z.boolean()
})
export type OwnSession = z.infer<typeof ownSessionSchema>

export const sessionListSchema = z.object({ sessions: z.array(ownSessionSchema) })
