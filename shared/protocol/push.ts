import { z } from 'zod'
import { collectionNameSchema, removalSchema, wireDocumentSchema } from './collection-names.ts'
import { rejectionCodeSchema } from '../errors.ts'
import { commandSchema } from './command.ts'
import { durableToSchema, positionSchema } from './position.ts'

/** A command that waits on a device: what it is, never what it says. */
export const unsentItemSchema = z.object({
  /** Name of the command. */
  name: z.string().max(80),
  /** Type of the record it is about. */
  type: z.string().max(40).nullable(),
  /** Clock of the device, ms. */
  at: z.number().int()
})
export type UnsentItem = z.infer<typeof unsentItemSchema>

/** A device sends its commands in order, in batches sized by bytes. */
export const pushRequestSchema = z.object({
  protocol: z.number().int(),
  app: z.string().max(40),
  commands: z.array(commandSchema).max(500),
  /** Clock of the device now (ms); only to show how far it is off. */
  deviceTime: z.number().int(),
  /** What is still unsent after this batch, so that the office can see it. */
  unsent: z
    .object({
      count: z.number().int(),
      oldestAt: z.number().int().nullable(),
      /** The oldest of them, by name. */
      items: z.array(unsentItemSchema).max(50).optional()
    })
    .optional()
})
export type PushRequest = z.infer<typeof pushRequestSchema>

export const verdictKinds = ['applied', 'merged', 'duplicate', 'rejected', 'retry'] as const

/**
 * Proof that the server took a command. `hash` is the SHA-256 (hex) of the canonical JSON of
 * `{tenant, command, args, verdict, code, receivedAt}` where `args` is the SHA-256 of the canonical args.
 */
export const receiptSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Server clock, ms. */
  receivedAt: z.number().int(),
  /** Feed position of the transaction; the command may be dropped once `durableTo` has passed it. */
  position: positionSchema,
  /** The signed batch that holds the hash. */
  batch: z.uuid()
})
export type Receipt = z.infer<typeof receiptSchema>

export const storedRecordSchema = z.object({
  collection: collectionNameSchema,
  document: z.union([removalSchema, wireDocumentSchema])
})
export type StoredRecord = z.infer<typeof storedRecordSchema>

export const verdictSchema = z.object({
  id: z.uuid(),
  verdict: z.enum(verdictKinds),
  /** For a duplicate: what was decided the first time. */
  first: z.enum(['applied', 'merged', 'rejected']).optional(),
  code: rejectionCodeSchema.optional(),
  /** Which argument, and what to do. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** For retry: wait at least so long. */
  afterMs: z.number().int().optional(),
  /**
   * For retry: the command waits for these records, which have not arrived (`waiting_for_parent`). The server keeps it whole
   * and judges it when they come; a device goes on asking, and by that learns the verdict. A field of its own and no `code`,
   * so that a device that does not know it reads a plain retry.
   */
  waitsFor: z.array(z.uuid()).optional(),
  receipt: receiptSchema.optional(),
  /** What the server holds now of each record the command touched and the actor may see. */
  stored: z.array(storedRecordSchema),
  /** Conflicts and refusals that a person should look at. */
  issues: z.array(z.uuid())
})
export type Verdict = z.infer<typeof verdictSchema>

/** One signature per batch over the hashes of its receipts, joined by newlines (Ed25519, base64url). */
export const receiptBatchSchema = z.object({
  id: z.uuid(),
  hashes: z.array(z.string()),
  keyId: z.string(),
  signature: z.string()
})
export type ReceiptBatch = z.infer<typeof receiptBatchSchema>

/** Always HTTP 200 unless the transport or the login is the trouble: one bad command never blocks the others. */
export const pushReplySchema = z.object({
  protocol: z.number().int(),
  serverTime: z.number().int(),
  generation: z.number().int(),
  durableTo: durableToSchema,
  verdicts: z.array(verdictSchema),
  batches: z.array(receiptBatchSchema)
})
export type PushReply = z.infer<typeof pushReplySchema>
