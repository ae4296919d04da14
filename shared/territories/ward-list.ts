import { z } from 'zod'
import { areaGeometrySchema } from '../geo/geometry.ts'
import { nextSchema } from '../list-page.ts'
import { wardSchema } from './ward.ts'

/** A ward without its outline, which weighs a hundred times more. */
export const wardNameSchema = wardSchema.pick({ id: true, number: true, name: true, names: true })
export type WardName = z.infer<typeof wardNameSchema>

/** More than any city has: one request tells all, even to a caller that knows no pages. */
export const wardPageSize = 5000
export const wardListSchema = z.object({ wards: z.array(wardNameSchema), next: nextSchema })

/** Outlines to draw, simplified to about ten metres: neighbours may part a little, never to decide where a place lies. */
export const wardOutlinesSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({ type: z.literal('Feature'), id: z.uuid(), geometry: areaGeometrySchema, properties: z.object({}) })
  )
})
export type WardOutlines = z.infer<typeof wardOutlinesSchema>
