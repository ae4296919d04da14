import type { BoundingBox } from './bounding-box.ts'
import { boundingBox, boxHolds } from './bounding-box.ts'
import type { Geometry, Position } from './geometry.ts'
import { pointInPolygon } from './point-in-polygon.ts'

const boxes = new WeakMap<Geometry, BoundingBox | null>()

/**
 * The area that holds a position, or null. Boxes are looked at first and remembered per geometry object.
 * On a shared edge, or where areas overlap, it is the one with the lowest id: phone and server give the same answer in any order.
 */
export function areaOfPosition<A extends { readonly id: string; readonly geometry: Geometry }>(
  position: Position,
  areas: Iterable<A>,
): A | null {
  let found: A | null = null
  for (const area of areas) {
    if (found && found.id <= area.id) continue
    const box = boxOf(area.geometry)
    if (box && boxHolds(box, position) && pointInPolygon(position, area.geometry)) found = area
  }
  return found
}

function boxOf(geometry: Geometry): BoundingBox | null {
  let box = boxes.get(geometry)
  if (box === undefined) boxes.set(geometry, (box = boundingBox(geometry)))
  return box
}
