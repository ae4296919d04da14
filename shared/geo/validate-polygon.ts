import type { Geometry, Ring } from './geometry.ts'
import { polygonsOf } from './geometry.ts'
import { sideOfRing } from './point-in-polygon.ts'
import { segmentContacts } from './segment-contacts.ts'

export type PolygonProblemKind = 'self-intersection' | 'open-ring' | 'too-few-points' | 'out-of-range' | 'hole-outside'

/** What is wrong and where: `polygon` (0 in a Polygon), `ring` (0 is the outline) and `index` of the position in that ring. */
export type PolygonProblem = {
  readonly kind: PolygonProblemKind
  readonly polygon: number
  readonly ring: number
  readonly index: number
}

/** Crossings told per polygon: enough to find the fault, and a broken file does not fill the screen. */
const MOST_CROSSINGS = 20

/**
 * Everything that makes an area unsound, empty when it can be used. Rings that cross themselves or each other are
 * `self-intersection`. Crossings and holes are looked for only in polygons whose rings are sound by themselves.
 * Whether polygons of a MultiPolygon overlap is not checked.
 */
export function validatePolygon(geometry: Geometry): PolygonProblem[] {
  return polygonsOf(geometry).flatMap((rings, polygon) => {
    const simple = rings.flatMap((ring, number) => ringProblems(ring).map((problem) => ({ ...problem, polygon, ring: number })))
    if (simple.length > 0) return simple
    const crossings = segmentContacts(rings, MOST_CROSSINGS).map((contact) => ({ kind: 'self-intersection' as const, polygon, ...contact }))
    return [...crossings, ...holesOutside(rings, polygon)]
  })
}

function ringProblems(ring: Ring): { kind: PolygonProblemKind; index: number }[] {
  const problems: { kind: PolygonProblemKind; index: number }[] = []
  const far = ring.findIndex(([longitude, latitude]) => !(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90))
  if (far >= 0) problems.push({ kind: 'out-of-range', index: far })
  const [first, last] = [ring[0], ring.at(-1)]
  if (!first || !last || new Set(ring.map(([x, y]) => `${x} ${y}`)).size < 3) {
    problems.push({ kind: 'too-few-points', index: 0 })
  } else if (first[0] !== last[0] || first[1] !== last[1]) {
    problems.push({ kind: 'open-ring', index: ring.length - 1 })
  }
  return problems
}

function holesOutside([outline = [], ...holes]: Ring[], polygon: number): PolygonProblem[] {
  return holes.flatMap((hole, number) => {
    const index = hole.findIndex((position) => sideOfRing(position, outline) === 'outside')
    return index < 0 ? [] : [{ kind: 'hole-outside' as const, polygon, ring: number + 1, index }]
  })
}
