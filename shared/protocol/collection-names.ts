import { z } from 'zod'

/**
 * The collections a device may hold. Few on purpose: a document has a `type`, and each noun says which collection
 * carries it. The local store opens one replica per collection and its free limit is 13.
 */
export const collectionNames = ['cases', 'people', 'contacts', 'places', 'work', 'reference', 'issues'] as const
export const collectionNameSchema = z.enum(collectionNames)
export type CollectionName = z.infer<typeof collectionNameSchema>

/** Addresses one record: its collection, its type and its id. */
export const recordRefSchema = z.object({ collection: collectionNameSchema, type: z.string(), id: z.uuid() })
export type RecordRef = z.infer<typeof recordRefSchema>

/** A record as it travels: fields of its noun plus these. Unknown fields pass through untouched. */
export const wireDocumentSchema = z.looseObject({
  id: z.uuid(),
  type: z.string(),
  /** Raised by the server with every change. A device ignores a lower one. */
  rev: z.number().int().nonnegative()
})
export type WireDocument = z.infer<typeof wireDocumentSchema>

/** A record that the device may no longer hold: removed, or out of its territory. */
export const removalSchema = z.object({ id: z.uuid(), rev: z.number().int(), _deleted: z.literal(true) })
export type Removal = z.infer<typeof removalSchema>
