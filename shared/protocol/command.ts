import { z } from 'zod'

/**
 * The command envelope: the only way to change a thing, from the phone's outbox, the portal's form, the office's button
 * and the REST call alike.
 */
export const commandSchema = z.object({
  /** uuidv7 made where the command was given. Deduplication is by (tenant, id), whichever device carries it. */
  id: z.uuid(),
  /** Version of the command's args. */
  v: z.number().int().positive(),
  /** Position in the outbox of the device; 0 for a command sent directly. */
  seq: z.number().int().nonnegative(),
  name: z.string().min(1).max(80),
  args: z.record(z.string(), z.unknown()),
  /** Old value of each edited field, as the author saw it: what makes a three-way merge possible. */
  base: z.record(z.string(), z.unknown()).optional(),
  /** When it was given, by the clock of the device (ms since 1970). Shown as claimed time, never used for order. */
  at: z.number().int(),
  /** Who gave it, as the device knew; the server takes the actor from its own rows and refuses another one's. */
  actor: z.uuid().nullable(),
  device: z.uuid().nullable()
})
export type Command = z.infer<typeof commandSchema>
