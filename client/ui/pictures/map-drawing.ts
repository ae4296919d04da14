import { boundingBox } from '#shared/geo/bounding-box.ts'
import type { BoundingBox } from '#shared/geo/bounding-box.ts'
import type { Geometry } from '#shared/geo/geometry.ts'
import { svgProjection } from '#shared/geo/svg-projection.ts'
import type { MapArea, MapPoint } from './map-shape.ts'

export type GeoArea = Omit<MapArea, 'path'> & { readonly geometry: Geometry }
/** Degrees WGS 84. */
export type GeoPoint = Omit<MapPoint, 'x' | 'y'> & { readonly latitude: number; readonly longitude: number }

export interface MapView {
  readonly width: number
  readonly height: number
  /** What to show; without it, all areas. */
  readonly box?: BoundingBox | undefined
}

/** Room for the pins and thick edges, in units of the drawing. */
const MARGIN = 24

/** Projects areas and places into one drawing for AreaMap, north up. Without areas and box nothing is drawn. */
export function drawMap(
  areas: readonly GeoArea[],
  points: readonly GeoPoint[],
  view: MapView
): { readonly areas: readonly MapArea[]; readonly points: readonly MapPoint[] } {
  const box = view.box ?? boundingBox(...areas.map((area) => area.geometry))
  if (!box) return { areas: [], points: [] }
  const drawing = svgProjection(withMargin(box, view), view.width, view.height)
  return {
    areas: areas.map(({ geometry, ...area }) => ({ ...area, path: drawing.path(geometry) })),
    points: points.map(({ latitude, longitude, ...point }) => {
      const [x, y] = drawing.point([longitude, latitude])
      return { ...point, x, y }
    })
  }
}

function withMargin([west, south, east, north]: BoundingBox, view: MapView): BoundingBox {
  const sideways = ((east - west) * MARGIN) / Math.max(1, view.width - 2 * MARGIN)
  const upward = ((north - south) * MARGIN) / Math.max(1, view.height - 2 * MARGIN)
  return [west - sideways, south - upward, east + sideways, north + upward]
}
