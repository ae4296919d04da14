import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Position, Ring } from './geometry.ts'
import { pointInPolygon } from './point-in-polygon.ts'
import { repairGeometry } from './repair-geometry.ts'
import { validatePolygon } from './validate-polygon.ts'

const square = (west: number, south: number, size: number): Ring => [
  [west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south],
]
const polygon = (...coordinates: Ring[]): Geometry => ({ type: 'Polygon', coordinates })
const kinds = (area: Geometry) => validatePolygon(area).map((problem) => problem.kind)

describe('validatePolygon accepts', () => {
  it.each<[string, Geometry]>([
    ['a square', polygon(square(0, 0, 1))],
    ['a hole', polygon(square(0, 0, 10), square(4, 4, 2))],
    ['a hole that touches the outline in a corner', polygon(square(0, 0, 10), [[0, 0], [3, 1], [1, 3], [0, 0]])],
    ['a corner written twice', polygon([[0, 0], [1, 0], [1, 0], [1, 1], [0, 0]])],
    ['a straight line with positions on it', polygon([[0, 0], [1, 0], [2, 0], [2, 2], [0, 2], [0, 1], [0, 0]])],
    ['two islands', { type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(2, 2, 1)]] }],
  ])('%s', (_what, area) => {
    expect(validatePolygon(area)).toEqual([])
  })

  it('any star around a point, whatever its size', () => {
    const radii = fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 3, maxLength: 200 })
    fc.assert(fc.property(radii, (lengths) => {
      const ring = lengths.map((radius, at): Position => {
        const angle = (at / lengths.length) * 2 * Math.PI
        return [77 + radius * Math.cos(angle), 13 + radius * Math.sin(angle)]
      })
      expect(kinds(polygon([...ring, ring[0]!]))).toEqual([])
    }))
  })
})

describe('validatePolygon finds', () => {
  it.each<[string, Geometry, string]>([
    ['a bow tie', polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]), 'self-intersection'],
    ['a ring that touches itself in a corner', polygon([[0, 0], [1, 1], [2, 0], [2, 2], [1, 1], [0, 2], [0, 0]]), 'self-intersection'],
    ['a corner that lies on another side', polygon([[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]]), 'self-intersection'],
    ['a spike', polygon([[0, 0], [2, 0], [2, 2], [2, 5], [2, 2], [0, 2], [0, 0]]), 'self-intersection'],
    ['a line there and back', polygon([[0, 0], [1, 1], [2, 2], [1, 1], [0, 0]]), 'self-intersection'],
    ['a hole that crosses the outline', polygon(square(0, 0, 10), square(8, 4, 4)), 'self-intersection'],
    ['holes that cross', polygon(square(0, 0, 10), square(2, 2, 3), square(4, 4, 3)), 'self-intersection'],
    ['a hole that shares a side with the outline', polygon(square(0, 0, 10), square(0, 4, 2)), 'self-intersection'],
    ['an open ring', polygon([[0, 0], [1, 0], [1, 1], [0, 1]]), 'open-ring'],
    ['a line', polygon([[0, 0], [1, 0], [0, 0], [0, 0]]), 'too-few-points'],
    ['nothing', polygon([]), 'too-few-points'],
    ['latitude and longitude swapped', polygon(square(12.9, 97.5, 1)), 'out-of-range'],
    ['a hole somewhere else', polygon(square(0, 0, 1), square(5, 5, 1)), 'hole-outside'],
  ])('%s', (_what, area, kind) => {
    expect(kinds(area)).toContain(kind)
  })

  it('the place of each fault', () => {
    const area: Geometry = {
      type: 'MultiPolygon',
      coordinates: [[square(0, 0, 1)], [square(5, 5, 9), [[6, 6], [8, 8], [8, 6], [6, 8], [6, 6]]]],
    }
    expect(validatePolygon(area)).toEqual([{ kind: 'self-intersection', polygon: 1, ring: 1, index: 2 }])
  })

  it('a crossing wherever two sides of a sound ring are twisted', () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 300 }), fc.nat(), (count, seed) => {
      const ring = Array.from({ length: count }, (_unused, at): Position => {
        const angle = (at / count) * 2 * Math.PI
        return [Math.cos(angle), Math.sin(angle)]
      })
      const at = seed % (count - 1)
      ;[ring[at], ring[at + 1]] = [ring[at + 1]!, ring[at]!]
      expect(kinds(polygon([...ring, ring[0]!]))).toContain('self-intersection')
    }))
  })

  it('no more crossings than a person can look at', () => {
    const zigzag = Array.from({ length: 300 }, (_unused, at): Position => [(at * 7919) % 101, (at * 104_729) % 89])
    expect(validatePolygon(polygon([...zigzag, zigzag[0]!])).length).toBeLessThanOrEqual(20)
  })
})

describe('repairGeometry', () => {
  it('leaves a sound area as it is', () => {
    const area = polygon(square(0, 0, 1))
    expect(repairGeometry(area)).toEqual({ geometry: area, repairs: [], problems: [] })
    expect(repairGeometry(area).geometry).toBe(area)
  })

  it('makes polygons of exclaves that were written as holes, and keeps their holes', () => {
    const mended = repairGeometry(polygon(square(0, 0, 4), square(1, 1, 1), square(6, 6, 4), square(7, 7, 1)))
    expect(mended.repairs).toEqual(['split-exclaves'])
    expect(mended.geometry.coordinates).toEqual([[square(0, 0, 4), square(1, 1, 1)], [square(6, 6, 4), square(7, 7, 1)]])
    expect(pointInPolygon([6.5, 6.5], mended.geometry)).toBe(true)
  })

  it('joins positions of a corner that crosses itself by a centimetre', () => {
    const loop: Ring = [[0, 0], [1, 0], [1, 1], [0.9999999, 1.0000001], [1.0000001, 0.9999998], [0, 1], [0, 0]]
    expect(kinds(polygon(loop))).toContain('self-intersection')
    const mended = repairGeometry(polygon(loop))
    expect(mended.repairs).toEqual(['joined-close-points'])
    expect(kinds(mended.geometry)).toEqual([])
  })

  it('does not touch a real crossing, and says where it is', () => {
    const bowTie = polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])
    const mended = repairGeometry(bowTie)
    expect(mended.geometry).toBe(bowTie)
    expect(mended.problems).toEqual(validatePolygon(bowTie))
    expect(mended.problems).not.toEqual([])
  })
})
