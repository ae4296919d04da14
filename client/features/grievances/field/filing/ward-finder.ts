import { areaOfPosition } from '#shared/geo/area-of-position.ts'
import type { Ward } from '#shared/territories/ward.ts'

/** Finds the ward of a position in degrees WGS 84, without network; null outside all of them. */
export function createWardFinder(wards: readonly Ward[]): (place: { latitude: number; longitude: number }) => Ward | null {
  const areas = wards.map((ward) => ({ id: ward.id, geometry: ward.outline, ward }))
  return ({ latitude, longitude }) => areaOfPosition([longitude, latitude], areas)?.ward ?? null
}
