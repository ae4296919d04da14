import type { Position, Ring } from '#shared/geo/geometry.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** A net of cells that share their corners and the bends of their sides, so that they tile without gap or overlap. */
export interface WardMesh {
  /** Outlines, closed and counter-clockwise, row by row from the south-west. */
  readonly cells: Ring[]
  /** The outline of all cells together. */
  readonly outline: Ring
}

const bendsPerSide = 3
const decimals = 1e6

interface MeshPlan {
  readonly columns: number
  readonly rows: number
  readonly centre: readonly [longitude: number, latitude: number]
  /** Degrees from the centre to the edge. */
  readonly reach: readonly [longitude: number, latitude: number]
}

/** Sides bend by a seventh of a cell at most and corners move by a fifth: cells stay simple and never turn over. */
export function makeWardMesh(random: SeededRandom, plan: MeshPlan): WardMesh {
  const { columns, rows } = plan
  const place = (x: number, y: number): Position => placeInCity(x / columns, y / rows, plan)
  const jitter = (size: number) => (random.next() - 0.5) * 2 * size
  const corners = grid(columns + 1, rows + 1, (x, y) => [
    x + (x > 0 && x < columns ? jitter(0.2) : 0),
    y + (y > 0 && y < rows ? jitter(0.2) : 0)
  ])
  const side = ([x1, y1]: number[], [x2, y2]: number[]): number[][] =>
    Array.from({ length: bendsPerSide }, (_, at) => {
      const along = (at + 1) / (bendsPerSide + 1)
      return [x1! + (x2! - x1!) * along + jitter(0.05), y1! + (y2! - y1!) * along + jitter(0.07)]
    })
  const flat = grid(columns, rows + 1, (x, y) => side(corners[y]![x]!, corners[y]![x + 1]!))
  const upright = grid(columns + 1, rows, (x, y) => side(corners[y]![x]!, corners[y + 1]![x]!))
  const placed = (path: number[][]): Position[] => path.map(([x, y]) => place(x!, y!))
  const cell = (x: number, y: number): Ring =>
    closed(
      placed([
        corners[y]![x]!,
        ...flat[y]![x]!,
        corners[y]![x + 1]!,
        ...upright[y]![x + 1]!,
        corners[y + 1]![x + 1]!,
        ...flat[y + 1]![x]!.toReversed(),
        corners[y + 1]![x]!,
        ...upright[y]![x]!.toReversed()
      ])
    )
  const edge = [
    ...Array.from({ length: columns }, (_, x) => [corners[0]![x]!, ...flat[0]![x]!]).flat(),
    ...Array.from({ length: rows }, (_, y) => [corners[y]![columns]!, ...upright[y]![columns]!]).flat(),
    ...Array.from({ length: columns }, (_, x) => [
      corners[rows]![columns - x]!,
      ...flat[rows]![columns - x - 1]!.toReversed()
    ]).flat(),
    ...Array.from({ length: rows }, (_, y) => [
      corners[rows - y]![0]!,
      ...upright[rows - y - 1]![0]!.toReversed()
    ]).flat()
  ]
  return { cells: grid(columns, rows, cell).flat(), outline: closed(placed(edge)) }
}

/** From the unit square to a rounder city: halfway towards the disc (square-to-disc mapping of elliptical grids). */
function placeInCity(x: number, y: number, { centre, reach }: MeshPlan): Position {
  const [u, v] = [x * 2 - 1, y * 2 - 1]
  const round = (value: number) => Math.round(value * decimals) / decimals
  const along = u * (0.4 + 0.6 * Math.sqrt(Math.max(0, 1 - (v * v) / 2)))
  const up = v * (0.4 + 0.6 * Math.sqrt(Math.max(0, 1 - (u * u) / 2)))
  return [round(centre[0] + along * reach[0]), round(centre[1] + up * reach[1])]
}

/** A ring of its own around the middle of another, well inside it: counter-clockwise and closed. */
export function ringInside(random: SeededRandom, outer: Ring, corners: number): Ring {
  const open = outer.slice(0, -1)
  const middle = [0, 1].map((axis) => open.reduce((sum, position) => sum + position[axis]!, 0) / open.length) as [
    number,
    number
  ]
  const near = Math.min(...open.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1])))
  const round = (value: number) => Math.round(value * decimals) / decimals
  return closed(
    Array.from({ length: corners }, (_, at) => {
      const angle = (at / corners) * 2 * Math.PI
      const radius = near * (0.4 + random.next() * 0.2)
      return [round(middle[0] + Math.cos(angle) * radius), round(middle[1] + Math.sin(angle) * radius)]
    })
  )
}

function closed(open: Position[]): Ring {
  return [...open, open[0]!]
}

function grid<T>(columns: number, rows: number, make: (x: number, y: number) => T): T[][] {
  return Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_, x) => make(x, y)))
}
