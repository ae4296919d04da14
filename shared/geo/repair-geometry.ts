import type { Geometry, Ring } from './geometry.ts'
import { polygonsOf } from './geometry.ts'
import { sideOfRing } from './point-in-polygon.ts'
import { roundPositions } from './simplify-geometry.ts'
import type { PolygonProblem } from './validate-polygon.ts'
import { validatePolygon } from './validate-polygon.ts'

/** 11 cm: finer than any survey of wards, coarser than the loops that drawing programs leave in a corner. */
const WORKING_DECIMALS = 6

/** `split-exclaves`: parts written as holes became polygons. `joined-close-points`: positions within 11 cm became one. */
export type GeometryRepair = 'split-exclaves' | 'joined-close-points'

/**
 * Mends the two harmless faults of published boundaries: exclaves written as holes of one Polygon, and corners that cross
 * themselves by centimetres. A sound area comes back as it is; what is still wrong after mending is in `problems`,
 * with positions of the given geometry.
 */
export function repairGeometry(geometry: Geometry): { geometry: Geometry; repairs: GeometryRepair[]; problems: PolygonProblem[] } {
  const problems = validatePolygon(geometry)
  if (problems.length === 0) return { geometry, repairs: [], problems }
  const split = splitExclaves(geometry)
  const splitHelps = polygonsOf(split).length > polygonsOf(geometry).length
  if (splitHelps && validatePolygon(split).length === 0) return { geometry: split, repairs: ['split-exclaves'], problems: [] }
  const joined = roundPositions(split, WORKING_DECIMALS)
  if (validatePolygon(joined).length > 0) return { geometry, repairs: [], problems }
  return { geometry: joined, repairs: splitHelps ? ['split-exclaves', 'joined-close-points'] : ['joined-close-points'], problems: [] }
}

function splitExclaves(geometry: Geometry): Geometry {
  const polygons = polygonsOf(geometry).flatMap(splitPolygon)
  return polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0]! } : { type: 'MultiPolygon', coordinates: polygons }
}

function splitPolygon([outline = [], ...others]: Ring[]): Ring[][] {
  const polygons: Ring[][] = [[outline]]
  for (const ring of others) {
    const home = polygons.find(([outer]) => ring.every((position) => sideOfRing(position, outer!) !== 'outside'))
    const apart = polygons.every(([outer]) => ring.every((position) => sideOfRing(position, outer!) !== 'inside'))
    if (home) home.push(ring)
    else if (apart) polygons.push([ring])
    else polygons[0]!.push(ring)
  }
  return polygons
}
