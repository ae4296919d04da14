import { z } from 'zod'
import { field, fieldFacts } from '../schema-facts.ts'
import { areaGeometrySchema } from '../geo/geometry.ts'

/** A municipal electoral area with its outline. */
export const wardSchema = z.object({
  id: field(z.uuid(), { label: 'territories.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('ward'), { label: 'territories.field.type', kind: 'text', sensitivity: 'internal' }),
  number: field(z.string().max(20).nullable(), { label: 'territories.ward.number', kind: 'text', sensitivity: 'public', sortable: true }),
  name: field(z.string().trim().min(1).max(120), { label: 'territories.ward.name', kind: 'text', sensitivity: 'public', sortable: true }),
  names: field(z.record(z.string(), z.string()), { label: 'territories.ward.names', kind: 'text', sensitivity: 'public' }),
  /** WGS 84, [longitude, latitude]. */
  outline: field(areaGeometrySchema, { label: 'territories.ward.outline', kind: 'geo', sensitivity: 'public' })
})
export type Ward = z.infer<typeof wardSchema>
export const wardFacts = fieldFacts(wardSchema)
