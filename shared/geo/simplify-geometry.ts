import type { Geometry, Position, Ring } from './geometry.ts'
import { mapPolygons } from './geometry.ts'

/**
 * The area with fewer positions, no farther than `toleranceDegrees` from its line (Douglas-Peucker, 0.0001 is about 11 m).
 * Rings stay closed and keep at least four positions. For drawing only: neighbours may part a little, and a thin ring may cross itself.
 */
export function simplifyGeometry(geometry: Geometry, toleranceDegrees: number): Geometry {
  return mapPolygons(geometry, (rings) => rings.map((ring) => simplifyRing(ring, toleranceDegrees)))
}

/**
 * The area with coordinates of so many decimals (5 is about a metre). Positions that become the same are joined; a hole
 * smaller than that goes, an outline smaller than that stays as it was.
 */
export function roundPositions(geometry: Geometry, decimals: number): Geometry {
  const factor = 10 ** decimals
  const rounded = (value: number) => Math.round(value * factor) / factor
  return mapPolygons(geometry, (rings) => rings.flatMap((ring, number) => {
    const joined = ring
      .map(([longitude, latitude]): Position => [rounded(longitude), rounded(latitude)])
      .filter((position, at, all) => at === 0 || !samePlace(position, all[at - 1]!))
    if (joined.length >= 4) return [joined]
    return number === 0 ? [ring] : []
  }))
}

function simplifyRing(ring: Ring, tolerance: number): Ring {
  if (ring.length <= 4) return ring
  const last = ring.length - 1
  const far = farthest(ring, 0, 0).index
  const kept = new Set([0, far, last, ...keptBetween(ring, [0, far], tolerance), ...keptBetween(ring, [far, last], tolerance)])
  if (kept.size < 4) {
    const sides = [farthest(ring, 0, far), farthest(ring, far, last)]
    kept.add(sides.sort((a, b) => b.distance - a.distance)[0]!.index)
  }
  return ring.filter((_position, index) => kept.has(index))
}

function keptBetween(ring: Ring, between: [number, number], tolerance: number): number[] {
  const kept: number[] = []
  const open: [number, number][] = [between]
  for (let part = open.pop(); part; part = open.pop()) {
    const { index, distance } = farthest(ring, ...part)
    if (distance <= tolerance) continue
    kept.push(index)
    open.push([part[0], index], [index, part[1]])
  }
  return kept
}

/** The position between two others that is farthest from the line through them; from the start itself when both are one. */
function farthest(ring: Ring, first: number, last: number): { index: number; distance: number } {
  let found = { index: first, distance: -1 }
  const end = last === first ? ring.length - 1 : last
  for (let index = first + 1; index < end; index += 1) {
    const distance = distanceToSegment(ring[index]!, ring[first]!, ring[last]!)
    if (distance > found.distance) found = { index, distance }
  }
  return found
}

function distanceToSegment([x, y]: Position, [x1, y1]: Position, [x2, y2]: Position): number {
  const [dx, dy] = [x2 - x1, y2 - y1]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length))
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy)
}

function samePlace(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
