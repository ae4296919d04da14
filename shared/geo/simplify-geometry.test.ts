import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Position, Ring } from './geometry.ts'
import { polygonsOf } from './geometry.ts'
import { roundPositions, simplifyGeometry } from './simplify-geometry.ts'
import { projectToSvg, svgProjection } from './svg-projection.ts'

const polygon = (...coordinates: Ring[]): Geometry => ({ type: 'Polygon', coordinates })
const ringOf = (lengths: number[]): Ring => {
  const ring = lengths.map((radius, at): Position => {
    const angle = (at / lengths.length) * 2 * Math.PI
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
  return [...ring, ring[0]!]
}
const rings = fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 3, maxLength: 120 }).map(ringOf)

function distanceToRing([x, y]: Position, ring: Ring): number {
  return Math.min(...ring.slice(1).map(([x2, y2], at) => {
    const [x1, y1] = ring[at]!
    const [dx, dy] = [x2 - x1, y2 - y1]
    const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)))
    return Math.hypot(x - x1 - along * dx, y - y1 - along * dy)
  }))
}

describe('simplifyGeometry', () => {
  it('stays within the tolerance, closed, with at least four of the given positions', () => {
    fc.assert(fc.property(rings, fc.double({ min: 0.001, max: 3, noNaN: true }), (ring, tolerance) => {
      const [[simple]] = polygonsOf(simplifyGeometry(polygon(ring), tolerance)) as [[Ring]]
      expect(simple.length).toBeGreaterThanOrEqual(4)
      expect(simple[0]).toEqual(simple.at(-1))
      expect(simple.every((position) => ring.includes(position))).toBe(true)
      for (const position of ring) expect(distanceToRing(position, simple)).toBeLessThanOrEqual(tolerance + 1e-9)
    }))
  })

  it('drops positions on a straight line', () => {
    const ring: Ring = [[0, 0], [1, 0], [2, 0], [2, 1], [2, 2], [0, 2], [0, 0]]
    expect(simplifyGeometry(polygon(ring), 0.001).coordinates).toEqual([[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]])
  })
})

describe('roundPositions', () => {
  it('rounds, joins what became one, and drops holes that became a point', () => {
    const outline: Ring = [[0, 0], [1.00001, 0], [1.00002, 0.00001], [1, 1], [0, 1], [0, 0]]
    const speck: Ring = [[0.5, 0.5], [0.50001, 0.5], [0.5, 0.50001], [0.5, 0.5]]
    expect(roundPositions(polygon(outline, speck), 2).coordinates).toEqual([[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]])
    expect(roundPositions(polygon(speck), 2).coordinates).toEqual([speck])
  })
})

describe('svgProjection', () => {
  const box = [77, 12, 78, 13] as const
  const shrink = Math.cos((12.5 * Math.PI) / 180)

  it('puts north up and the box into the middle of the drawing', () => {
    const { point } = svgProjection(box, 1000, 1000)
    const margin = (1000 - 1000 * shrink) / 2
    expect(point([77, 13])).toEqual([Math.round(margin * 10) / 10, 0])
    expect(point([78, 12])).toEqual([Math.round((1000 - margin) * 10) / 10, 1000])
    expect(point([77.5, 12.5])).toEqual([500, 500])
  })

  it('writes one closed line per ring', () => {
    const square: Ring = [[77, 12], [78, 12], [78, 13], [77, 13], [77, 12]]
    const hole: Ring = [[77.4, 12.4], [77.6, 12.4], [77.6, 12.6], [77.4, 12.4]]
    expect(projectToSvg(polygon(square, hole), box, { width: 100 * shrink, height: 100 })).toBe('M0 100L97.6 100L97.6 0L0 0ZM39.1 60L58.6 60L58.6 40Z')
  })

  it('draws a single point without dividing by nothing', () => {
    expect(svgProjection([77, 13, 77, 13], 100, 60).point([77, 13])).toEqual([50, 30])
  })
})
