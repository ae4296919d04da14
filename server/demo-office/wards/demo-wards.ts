import { boundingBox } from '#shared/geo/bounding-box.ts'
import { polygonsOf, type Geometry, type Position, type Ring } from '#shared/geo/geometry.ts'
import { pointInPolygon } from '#shared/geo/point-in-polygon.ts'
import type { Ward } from '#shared/territories/ward.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { makeWardMesh, ringInside } from './ward-mesh.ts'
import { wardNames } from './ward-names.ts'

const columns = 7
const rows = 6
/** Cells of the one ward in two parts: a corner of the city and a piece across the river. */
const partedCells = [0, 16]
/** The cell that surrounds a ward of its own. */
const surroundingCell = 24

export interface DemoCity {
  readonly wards: Ward[]
  readonly outline: Ring
}

/** 42 wards that tile: one in two parts, one with a hole that is the last ward. `madeAt` (ms) goes into their ids. */
export function makeDemoCity(random: SeededRandom, madeAt: number): DemoCity {
  const { cells, outline } = makeWardMesh(random, { columns, rows, centre: [78.951, 22.352], reach: [0.052, 0.041] })
  const enclave = ringInside(random, cells[surroundingCell]!, 9)
  const single = cells.flatMap((cell, at): Geometry[] => {
    if (partedCells.includes(at)) return []
    return [{ type: 'Polygon', coordinates: at === surroundingCell ? [cell, enclave.toReversed()] : [cell] }]
  })
  const outlines: Geometry[] = [
    { type: 'MultiPolygon', coordinates: partedCells.map((at) => [cells[at]!]) },
    ...single,
    { type: 'Polygon', coordinates: [enclave] }
  ]
  const wards = outlines.map((shape, at): Ward => {
    const [name, hindi] = wardNames[at]!
    return { id: random.id(madeAt), type: 'ward', number: String(at + 1), name, names: { hi: hindi }, outline: shape }
  })
  return { wards, outline }
}

/** Throws of a dart before a corner of the area has to do: a sliver of an area may hold no rounded position. */
const mostThrows = 5_000

/** A position inside the area, rounded to a centimetre or so. Thrown as a dart until it hits. */
export function positionInside(random: SeededRandom, area: Geometry): Position {
  const [west, south, east, north] = boundingBox(area)!
  for (let thrown = 0; thrown < mostThrows; thrown += 1) {
    const position: Position = [
      roundPosition(west + random.next() * (east - west)),
      roundPosition(south + random.next() * (north - south))
    ]
    if (pointInPolygon(position, area)) return position
  }
  return polygonsOf(area)[0]![0]![0]!
}

function roundPosition(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7
}
