import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { areaOfPosition } from './area-of-position.ts'
import { boundingBox, boxHolds } from './bounding-box.ts'
import type { Geometry, Position } from './geometry.ts'
import { areaGeometrySchema, polygonsOf } from './geometry.ts'
import { repairGeometry } from './repair-geometry.ts'
import { roundPositions, simplifyGeometry } from './simplify-geometry.ts'
import { svgProjection } from './svg-projection.ts'
import { validatePolygon } from './validate-polygon.ts'

/** 243 wards of Bengaluru (delimitation of 2022), datameet/Municipal_Spatial_Data, CC BY-SA 2.5 IN. */
const file = '../shared/data/bengaluru-wards.geojson'
const missing = !existsSync(file)
const wardsSchema = z.object({
  features: z.array(z.object({ properties: z.object({ KGISWardNo: z.string() }), geometry: areaGeometrySchema })),
})

describe.skipIf(missing)(`the wards of Bengaluru${missing ? ` (skipped: ${file} is missing)` : ''}`, () => {
  let wards: { id: string; geometry: Geometry }[]
  let mended: { id: string; geometry: Geometry }[]

  beforeAll(() => {
    const { features } = wardsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    wards = features.map(({ properties, geometry }) => ({ id: properties.KGISWardNo, geometry }))
    mended = wards.map(({ id, geometry }) => ({ id, geometry: repairGeometry(geometry).geometry }))
  })

  it('have six unsound outlines, all of which can be mended', () => {
    const unsound = wards.filter((ward) => validatePolygon(ward.geometry).length > 0)
    expect(unsound.map((ward) => ward.id).sort()).toEqual(['1', '105', '128', '129', '206', '34'])
    expect(mended.filter((ward) => validatePolygon(ward.geometry).length > 0)).toEqual([])
    expect(mended).toHaveLength(243)
  })

  it('hold their own corners and the Vidhana Soudha', () => {
    for (const { id, geometry } of mended) {
      const corner = polygonsOf(geometry)[0]![0]![0]!
      expect(areaOfPosition(corner, mended.filter((ward) => ward.id === id))?.id).toBe(id)
    }
    const vidhanaSoudha: Position = [77.5907, 12.9796]
    const found = areaOfPosition(vidhanaSoudha, mended)
    expect(found).not.toBeNull()
    expect(areaOfPosition(vidhanaSoudha, mended.toReversed())).toBe(found)
    expect(areaOfPosition([72.8347, 18.9402], mended)).toBeNull()
  })

  it('become a drawing of a fraction of their size', () => {
    const box = boundingBox(...mended.map((ward) => ward.geometry))!
    const projection = svgProjection(box, 800, 800)
    const drawn = mended.map((ward) => projection.path(roundPositions(simplifyGeometry(ward.geometry, 0.0003), 5)))
    expect(drawn.every((path) => /^M[\d. ]+L/.test(path))).toBe(true)
    expect(drawn.join('').length).toBeLessThan(readFileSync(file).length / 10)
    expect(boxHolds(box, [77.5907, 12.9796])).toBe(true)
  })
})
