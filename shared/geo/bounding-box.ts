import type { Geometry, Position } from './geometry.ts'
import { polygonsOf } from './geometry.ts'

/** [west, south, east, north] in degrees, as in RFC 7946; areas across the 180th meridian are not known here. */
export type BoundingBox = readonly [number, number, number, number]

/** The smallest box around all the geometries; null when there is no position at all. */
export function boundingBox(...geometries: readonly Geometry[]): BoundingBox | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [longitude, latitude] of geometries.flatMap((geometry) => polygonsOf(geometry).flat(2))) {
    west = Math.min(west, longitude)
    south = Math.min(south, latitude)
    east = Math.max(east, longitude)
    north = Math.max(north, latitude)
  }
  return west === Infinity ? null : [west, south, east, north]
}

/** Whether a position is in the box, its edge included. */
export function boxHolds([west, south, east, north]: BoundingBox, [longitude, latitude]: Position): boolean {
  return west <= longitude && longitude <= east && south <= latitude && latitude <= north
}
