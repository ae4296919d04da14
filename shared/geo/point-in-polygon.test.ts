import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaOfPosition } from './area-of-position.ts'
import { boundingBox } from './bounding-box.ts'
import { bearingDegrees, distanceMetres } from './distance.ts'
import type { Geometry, Polygon, Position, Ring } from './geometry.ts'
import { areaGeometrySchema } from './geometry.ts'
import { pointInPolygon } from './point-in-polygon.ts'

const square = (west: number, south: number, size: number): Ring => [
  [west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south],
]
const polygon = (...rings: Ring[]): Polygon => ({ type: 'Polygon', coordinates: rings })
const withHole = polygon(square(0, 0, 10), square(4, 4, 2))
const islands: Geometry = { type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(5, 5, 1), square(5.4, 5.4, 0.2)]] }

describe('pointInPolygon', () => {
  it.each<[string, Position, Geometry, boolean]>([
    ['the inside', [2, 2], withHole, true],
    ['the outside', [11, 2], withHole, false],
    ['a hole', [5, 5], withHole, false],
    ['an edge', [0, 5], withHole, true],
    ['a corner', [10, 10], withHole, true],
    ['the edge of a hole', [4, 5], withHole, true],
    ['the height of a corner, outside', [-1, 10], withHole, false],
    ['the second island', [5.1, 5.1], islands, true],
    ['a lake in the second island', [5.5, 5.5], islands, false],
    ['the sea between', [3, 3], islands, false],
    ['an altitude', [2, 2, 900], withHole, true],
    ['an area without positions', [0, 0], polygon([]), false],
  ])('knows %s', (_what, point, area, expected) => {
    expect(pointInPolygon(point, area)).toBe(expected)
  })

  it('takes every point of a slanted edge for inside, in spite of rounding', () => {
    const coordinate = fc.double({ min: -80, max: 80, noNaN: true })
    fc.assert(fc.property(coordinate, coordinate, fc.double({ min: 0.01, max: 5, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (x, y, size, at) => {
      const triangle = polygon([[x, y], [x + size, y + size * 0.37], [x, y + size], [x, y]])
      expect(pointInPolygon([x + size * at, y + size * 0.37 * at], triangle)).toBe(true)
    }))
  })

  it('agrees with the half planes of a triangle', () => {
    const position = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }))
    fc.assert(fc.property(position, position, position, position, (a, b, c, p) => {
      const side = (from: Position, to: Position) => Math.sign((to[0] - from[0]) * (p[1] - from[1]) - (to[1] - from[1]) * (p[0] - from[0]))
      fc.pre((b[0] - a[0]) * (c[1] - a[1]) !== (b[1] - a[1]) * (c[0] - a[0]))
      const sides = [side(a, b), side(b, c), side(c, a)]
      expect(pointInPolygon(p, polygon([a, b, c, a]))).toBe(!(sides.includes(1) && sides.includes(-1)))
    }), { numRuns: 500 })
  })
})

describe('areaOfPosition', () => {
  const west = { id: 'b', geometry: polygon(square(0, 0, 1)) }
  const east = { id: 'a', geometry: polygon(square(1, 0, 1)) }

  it('finds the area, or none', () => {
    expect(areaOfPosition([0.5, 0.5], [west, east])).toBe(west)
    expect(areaOfPosition([1.5, 0.5], [west, east])).toBe(east)
    expect(areaOfPosition([3, 3], [west, east])).toBeNull()
  })

  it('gives a shared edge to the lowest id, in any order', () => {
    expect(areaOfPosition([1, 0.5], [west, east])).toBe(east)
    expect(areaOfPosition([1, 0.5], [east, west])).toBe(east)
  })
})

describe('boundingBox', () => {
  it('holds all the geometries', () => {
    expect(boundingBox(withHole, polygon(square(-3, 7, 20)))).toEqual([-3, 0, 17, 27])
    expect(boundingBox()).toBeNull()
  })
})

describe('distanceMetres', () => {
  it('measures Bengaluru to Mysuru within one part in a hundred', () => {
    expect(distanceMetres([77.5946, 12.9716], [76.6394, 12.2958])).toBeCloseTo(128_000, -4)
    expect(distanceMetres([0, 0], [0, 1])).toBeCloseTo(111_195, 0)
  })

  it('is nothing to the same place and half the earth to the other side', () => {
    expect(distanceMetres([77, 13], [77, 13])).toBe(0)
    expect(distanceMetres([0, 0], [180, 0])).toBeCloseTo(Math.PI * 6_371_008.8, 0)
  })

  it('comes with a bearing', () => {
    expect(bearingDegrees([77, 13], [77, 14])).toBeCloseTo(0)
    expect(bearingDegrees([77, 0], [78, 0])).toBeCloseTo(90)
    expect(bearingDegrees([77, 0], [76, 0])).toBeCloseTo(270)
  })
})

describe('areaGeometrySchema', () => {
  it('refuses what is no area', () => {
    expect(areaGeometrySchema.safeParse(islands).success).toBe(true)
    expect(areaGeometrySchema.safeParse({ type: 'Point', coordinates: [1, 2] }).success).toBe(false)
    expect(areaGeometrySchema.safeParse({ type: 'Polygon', coordinates: [] }).success).toBe(false)
    expect(areaGeometrySchema.safeParse({ type: 'Polygon', coordinates: [[[77, '13']]] }).success).toBe(false)
    expect(areaGeometrySchema.safeParse({ type: 'Polygon', coordinates: [[[77, Infinity]]] }).success).toBe(false)
  })
})
