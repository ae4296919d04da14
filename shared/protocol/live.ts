import { z } from 'zod'
import { collectionNameSchema } from './collection-names.ts'
import { positionSchema } from './position.ts'

/** Sent once when a stream opens. */
export const helloEventSchema = z.object({ serverTime: z.number().int(), heartbeatMs: z.number().int() })

/** Something changed in these collections; never what. A pull then states the position it must reach. */
export const pokeEventSchema = z.object({ collections: z.array(collectionNameSchema), position: positionSchema })
export type PokeEvent = z.infer<typeof pokeEventSchema>

/** The stream ends and why; `token_expired` and `scope_changed` ask for a new one at once. */
export const byeEventSchema = z.object({ reason: z.enum(['token_expired', 'revoked', 'scope_changed', 'draining']) })
