import { z } from 'zod'
import { rejectionCodeSchema } from '../errors.ts'
import { uuidSchema } from '../ids.ts'
import { nextSchema } from '../list-page.ts'

/** Where a queue came from: brought by the office, by another phone, or surrendered by an ended device itself. */
export const queueSources = ['office', 'phone', 'revoked'] as const

/** A queue that waits for the office's judgement, as the list shows it. Instants are the server's clock but for `madeAt`. */
export const quarantinedQueueSchema = z.object({
  id: uuidSchema,
  deviceId: uuidSchema,
  /** The author has logged in on this device; where he never did, look twice. */
  deviceKnown: z.boolean(),
  authorId: uuidSchema,
  authorName: z.string(),
  source: z.enum(queueSources),
  commands: z.int().min(0),
  photos: z.int().min(0),
  bytes: z.int().min(0),
  /** SHA-256 (hex) of the file as it arrived. */
  sha256: z.string(),
  /** Clock of the device. */
  madeAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  /** open: something of it is not decided yet. */
  status: z.enum(['open', 'judged']),
  judgedAt: z.iso.datetime().nullable()
})
export type QuarantinedQueue = z.infer<typeof quarantinedQueueSchema>

/** Most queues in one page. */
export const queuePageSize = 500
export const queueListSchema = z.object({ queues: z.array(quarantinedQueueSchema), next: nextSchema })

/** The answer to an upload: the server holds the file, could open it, and its hash is this one. Again for the same content. */
export const queueReceiptSchema = z.object({ id: uuidSchema, sha256: z.string(), commands: z.int().min(0), photos: z.int().min(0) })
export type QueueReceipt = z.infer<typeof queueReceiptSchema>

/** One change of a queue, and what became of it. */
export const queueItemSchema = z.object({
  commandId: uuidSchema,
  name: z.string(),
  /** What the author called it; null once the queue is judged, when the file is no longer kept. */
  title: z.string().nullable(),
  /** Clock of the device. */
  claimedAt: z.iso.datetime(),
  photos: z.int().min(0),
  state: z.enum(['open', 'waiting', 'applied', 'merged', 'rejected']),
  code: rejectionCodeSchema.nullable()
})
export type QueueItem = z.infer<typeof queueItemSchema>

export const queueDetailSchema = z.object({
  queue: quarantinedQueueSchema,
  items: z.array(queueItemSchema),
  /** Entries and photos that the phone could not read any more, which are not among the items; 0 once the file is not kept. */
  damaged: z.int().min(0).default(0)
})
export type QueueDetail = z.infer<typeof queueDetailSchema>

/** Body of `POST /api/v1/rescue-queues/:id/judge`: all of it, or the named changes. Refusing needs a reason. */
export const judgeQueueSchema = z
  .object({ decision: z.enum(['accept', 'refuse']), commandIds: z.array(uuidSchema).min(1).optional(), reason: z.string().trim().max(500).default('') })
  .refine((body) => body.decision === 'accept' || body.reason.length >= 3, { path: ['reason'], message: 'Say why' })
