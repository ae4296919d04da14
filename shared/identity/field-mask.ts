import { z } from 'zod'
import type { FieldFacts } from '../schema-facts.ts'
import type { Actor } from './actor.ts'

/**
 * What a custom role may hide although the action of reading is granted. phone, email: fields of that kind, in whatever record
 * they stand. reporter: who reported a grievance, altogether.
 */
export const fieldMasks = ['phone', 'email', 'reporter'] as const
export const fieldMaskSchema = z.enum(fieldMasks)
export type FieldMask = z.infer<typeof fieldMaskSchema>

/** Whether something of the kind is hidden from the actor. */
export function isMasked(actor: Pick<Actor, 'masks'>, mask: FieldMask): boolean {
  return actor.masks?.includes(mask) === true
}

/** The record with null in each field whose kind is hidden from the actor. The fields must allow null. */
export function maskFields<R extends object>(actor: Pick<Actor, 'masks'>, facts: { readonly [K in keyof R]?: FieldFacts }, record: R): R {
  if (!actor.masks?.length) return record
  const hidden = Object.entries(facts).filter(([, fact]) => actor.masks?.includes((fact as FieldFacts).kind))
  return { ...record, ...Object.fromEntries(hidden.map(([name]) => [name, null])) }
}
