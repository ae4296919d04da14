import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { rescueKeySchema } from '../rescue/rescue-key.ts'

/**
 * What the office wants of a device that it has ended; reply of `POST /api/v1/session/orders`. surrender: send what is unsent, then
 * wipe. wipe: at once. Of everything on the device, or of one person whose account was disabled.
 */
export const deviceOrdersSchema = z.discriminatedUnion('order', [
  z.object({ order: z.literal('none') }),
  z.object({
    order: z.enum(['surrender', 'wipe']),
    whose: z.enum(['device', 'person']),
    deviceId: uuidSchema,
    /** Whose session asked; with `person` the one whose work it is about. */
    userId: uuidSchema,
    /** Allows one upload to `/api/v1/rescue-queues/surrendered`, for an hour, and nothing else. Null where nothing is to be sent. */
    uploadToken: z.string().nullable(),
    /** What it is to be sealed with. */
    rescueKey: rescueKeySchema
  })
])
export type DeviceOrders = z.infer<typeof deviceOrdersSchema>
export type EndingOrders = Exclude<DeviceOrders, { order: 'none' }>

/** Body of `POST /api/v1/devices/:id/stolen`. The reason stays in the record of what was done. */
export const stolenSchema = z.object({ reason: z.string().trim().min(3).max(500) })
