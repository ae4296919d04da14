import type { Geometry, Position, Ring } from './geometry.ts'
import { polygonsOf } from './geometry.ts'

/** A tenth of a millimetre: nearer than this is on the line, whatever the rounding of floating point says. */
const ON_LINE_DEGREES = 1e-9

export type RingSide = 'inside' | 'outside' | 'boundary'

/** Whether the area holds the point. Its boundary belongs to it, that of its holes too. */
export function pointInPolygon(point: Position, geometry: Geometry): boolean {
  return polygonsOf(geometry).some(([outline = [], ...holes]) => {
    const side = sideOfRing(point, outline)
    if (side !== 'inside') return side === 'boundary'
    return holes.every((hole) => sideOfRing(point, hole) !== 'inside')
  })
}

/** Where a point lies to a ring: counts how often a ray to the east crosses it. An open ring is taken as closed. */
export function sideOfRing(point: Position, ring: Ring): RingSide {
  const [x, y] = point
  let inside = false
  let from = ring.at(-1)
  if (!from) return 'outside'
  for (const to of ring) {
    const [x1, y1] = from
    const [x2, y2] = to
    if (onSegment(point, from, to)) return 'boundary'
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
    from = to
  }
  return inside ? 'inside' : 'outside'
}

function onSegment([x, y]: Position, [x1, y1]: Position, [x2, y2]: Position): boolean {
  if (x < Math.min(x1, x2) - ON_LINE_DEGREES || x > Math.max(x1, x2) + ON_LINE_DEGREES) return false
  if (y < Math.min(y1, y2) - ON_LINE_DEGREES || y > Math.max(y1, y2) + ON_LINE_DEGREES) return false
  const [dx, dy] = [x2 - x1, y2 - y1]
  return Math.abs(dx * (y - y1) - dy * (x - x1)) <= ON_LINE_DEGREES * Math.hypot(dx, dy)
}
