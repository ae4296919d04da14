import { z } from 'zod'

/** [longitude, latitude] in degrees, WGS 84, and an altitude if one was measured (RFC 7946). */
export const positionSchema = z.tuple([z.number(), z.number()]).rest(z.number())
export type Position = z.infer<typeof positionSchema>

const ringSchema = z.array(positionSchema)

/** The first ring is the outline, further rings are holes. Whether they are sound is for `validatePolygon` to say. */
export const polygonSchema = z.object({ type: z.literal('Polygon'), coordinates: z.array(ringSchema).min(1) })
export const multiPolygonSchema = z.object({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(z.array(ringSchema).min(1)).min(1),
})
export const areaGeometrySchema = z.discriminatedUnion('type', [polygonSchema, multiPolygonSchema])

export type Ring = z.infer<typeof ringSchema>
export type Polygon = z.infer<typeof polygonSchema>
export type MultiPolygon = z.infer<typeof multiPolygonSchema>
export type Geometry = z.infer<typeof areaGeometrySchema>

/** The polygons of an area, each a list of rings. */
export function polygonsOf(geometry: Geometry): Ring[][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

/** The same kind of geometry with each polygon replaced. */
export function mapPolygons(geometry: Geometry, change: (rings: Ring[]) => Ring[]): Geometry {
  if (geometry.type === 'Polygon') return { type: 'Polygon', coordinates: change(geometry.coordinates) }
  return { type: 'MultiPolygon', coordinates: geometry.coordinates.map(change) }
}
