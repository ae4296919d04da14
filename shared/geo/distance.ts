import type { Position } from './geometry.ts'

/** Mean radius of the earth (IUGG), metres. */
const EARTH_RADIUS = 6_371_008.8

/** Metres between two positions on a sphere (haversine); at most 0.5 % off the true ellipsoid. */
export function distanceMetres(a: Position, b: Position): number {
  const [latitudeA, latitudeB] = [radians(a[1]), radians(b[1])]
  const halfLatitude = Math.sin((latitudeB - latitudeA) / 2)
  const halfLongitude = Math.sin(radians(b[0] - a[0]) / 2)
  const h = halfLatitude ** 2 + Math.cos(latitudeA) * Math.cos(latitudeB) * halfLongitude ** 2
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** The compass bearing from one position to another, degrees from 0 (north) over 90 (east) to below 360. */
export function bearingDegrees(from: Position, to: Position): number {
  const [latitudeA, latitudeB, turn] = [radians(from[1]), radians(to[1]), radians(to[0] - from[0])]
  const east = Math.sin(turn) * Math.cos(latitudeB)
  const north = Math.cos(latitudeA) * Math.sin(latitudeB) - Math.sin(latitudeA) * Math.cos(latitudeB) * Math.cos(turn)
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
