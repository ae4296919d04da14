import type { BoundingBox } from './bounding-box.ts'
import type { Geometry, Position } from './geometry.ts'
import { polygonsOf } from './geometry.ts'

/** From degrees to the units of a drawing, x to the right and y down, rounded to a tenth of a unit. */
export type SvgProjection = {
  point(position: Position): [number, number]
  /** The `d` of one path for the whole area; draw it with `fill-rule="evenodd"`, so that holes stay open. */
  path(geometry: Geometry): string
}

/**
 * Fits the box into a drawing of `width` x `height` units, centred, shapes true at its middle latitude
 * (equirectangular, longitudes scaled by its cosine): right for a city or a district, not for a continent.
 */
export function svgProjection([west, south, east, north]: BoundingBox, width: number, height: number): SvgProjection {
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const [spanX, spanY] = [(east - west) * shrink, north - south]
  const fit = Math.min(spanX > 0 ? width / spanX : Infinity, spanY > 0 ? height / spanY : Infinity)
  const scale = fit === Infinity ? 1 : fit
  const [left, top] = [(width - spanX * scale) / 2, (height - spanY * scale) / 2]
  const tenth = (value: number) => Math.round(value * 10) / 10
  const point = ([longitude, latitude]: Position): [number, number] => [
    tenth(left + (longitude - west) * shrink * scale),
    tenth(top + (north - latitude) * scale),
  ]
  const ringPath = (ring: Position[]) => `M${ring.slice(0, -1).map((position) => point(position).join(' ')).join('L')}Z`
  return { point, path: (geometry) => polygonsOf(geometry).flat().map(ringPath).join('') }
}

/** The path of one area in a drawing that shows `box`; for several areas and pins make one `svgProjection`. */
export function projectToSvg(geometry: Geometry, box: BoundingBox, size: { width: number; height: number }): string {
  return svgProjection(box, size.width, size.height).path(geometry)
}
