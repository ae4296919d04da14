import { z } from 'zod'

/** A transaction id of the feed, as text: 64 bits do not fit a number. */
export const positionSchema = z.string().regex(/^\d{1,20}$/)

/**
 * Up to where the server's data is known to be in a backup or replica. `position` null means none is configured: keep
 * commands `keepDays` days after their receipt (server clock).
 */
export const durableToSchema = z.object({ position: positionSchema.nullable(), keepDays: z.number().int() })
export type DurableTo = z.infer<typeof durableToSchema>

/** Compares two positions as numbers. */
export function comparePositions(a: string, b: string): number {
  const left = BigInt(a)
  const right = BigInt(b)
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * How far a replica has read: a position per scope, and the generation of the server's feed. `s` is nested because RxDB
 * merges the top level of checkpoints and would keep the positions of revoked scopes. `r` counts how far the removals of
 * a revoked scope have been told (the last id). `p`: how far the removals of a scope were forgotten when its reading began.
 * `l`: which loss of a scope is dealt with.
 */
export const checkpointSchema = z.object({
  g: z.number().int(),
  s: z.record(z.string(), z.tuple([positionSchema, positionSchema])),
  r: z.record(z.string(), z.uuid()),
  p: z.record(z.string(), z.tuple([positionSchema, positionSchema])).optional(),
  l: z.record(z.string(), z.string()).optional()
})
export type Checkpoint = z.infer<typeof checkpointSchema>
