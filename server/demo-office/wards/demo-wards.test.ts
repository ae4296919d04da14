import { describe, expect, it } from 'vitest'
import { boundingBox } from '#shared/geo/bounding-box.ts'
import type { Geometry, Ring } from '#shared/geo/geometry.ts'
import { polygonsOf } from '#shared/geo/geometry.ts'
import { pointInPolygon } from '#shared/geo/point-in-polygon.ts'
import { validatePolygon } from '#shared/geo/validate-polygon.ts'
import { wardSchema } from '#shared/territories/ward.ts'
import { createRandom } from '../seeded-random.ts'
import { makeDemoCity } from './demo-wards.ts'

const madeAt = Date.UTC(2026, 0, 1)
const seeds = [1, 2, 3, 77, 4096]

/** Twice the area inside a ring, in square degrees, positive when it runs counter-clockwise (shoelace formula). */
function signedArea(ring: Ring): number {
  return ring.slice(1).reduce((sum, [x, y], at) => sum + ring[at]![0] * y - x * ring[at]![1], 0)
}

function areaOf(geometry: Geometry): number {
  return polygonsOf(geometry)
    .flat()
    .reduce((sum, ring) => sum + signedArea(ring), 0)
}

describe.each(seeds)('the city of seed %i', (seed) => {
  const { wards, outline } = makeDemoCity(createRandom(seed), madeAt)

  it('has 42 named wards with sound outlines, one in two parts and one around another', () => {
    expect(wards).toHaveLength(42)
    expect(new Set(wards.map((ward) => ward.name)).size).toBe(42)
    expect(new Set(wards.map((ward) => ward.names['hi'])).size).toBe(42)
    for (const ward of wards) {
      expect(wardSchema.safeParse(ward).success).toBe(true)
      expect(validatePolygon(ward.outline), ward.name).toEqual([])
    }
    expect(wards.map((ward) => polygonsOf(ward.outline).length).filter((parts) => parts === 2)).toHaveLength(1)
    expect(wards.filter((ward) => polygonsOf(ward.outline).some((rings) => rings.length === 2))).toHaveLength(1)
  })

  it('is covered without gap or overlap', () => {
    const total = wards.reduce((sum, ward) => sum + areaOf(ward.outline), 0)
    expect(total).toBeCloseTo(signedArea(outline), 10)
    const city: Geometry = { type: 'Polygon', coordinates: [outline] }
    const [west, south, east, north] = boundingBox(city)!
    const random = createRandom(seed + 1)
    let inside = 0
    for (let dart = 0; dart < 2000; dart += 1) {
      const position: [number, number] = [west + random.next() * (east - west), south + random.next() * (north - south)]
      const homes = wards.filter((ward) => pointInPolygon(position, ward.outline))
      const isInside = pointInPolygon(position, city)
      if (isInside) inside += 1
      expect(homes).toHaveLength(isInside ? 1 : 0)
    }
    expect(inside).toBeGreaterThan(1000)
  })
})
