/** Degrees WGS 84, `accuracyM` the radius in metres the device claims with 68 % confidence, `at` ms by the device's clock. */
export interface DevicePosition {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyM: number
  readonly at: number
}

export type LocationResult =
  | { readonly state: 'found'; readonly position: DevicePosition }
  | { readonly state: 'denied' }
  | { readonly state: 'timed-out' }
  | { readonly state: 'unavailable' }

export type LocationPermission = 'granted' | 'denied' | 'prompt' | 'unknown'

export interface LocationSource {
  /** One fix. May show the browser's question, so call it only after a person asked for it. Never rejects. */
  locate(options?: { readonly timeoutMs?: number; readonly maxAgeMs?: number }): Promise<LocationResult>
  /** What the browser would answer now, without asking the person. */
  permission(): Promise<LocationPermission>
}

const DEFAULT_TIMEOUT_MS = 15_000

function resultOfError(error: GeolocationPositionError): LocationResult {
  if (error.code === error.PERMISSION_DENIED) return { state: 'denied' }
  return { state: error.code === error.TIMEOUT ? 'timed-out' : 'unavailable' }
}

function resultOfFix(fix: GeolocationPosition): LocationResult {
  const { latitude, longitude, accuracy } = fix.coords
  return { state: 'found', position: { latitude, longitude, accuracyM: accuracy, at: fix.timestamp } }
}

/** The browser's own location service. Old WebViews have no `navigator.permissions`: their permission is `unknown`. */
export function browserLocation(from: Navigator = navigator): LocationSource {
  return {
    locate: ({ timeoutMs = DEFAULT_TIMEOUT_MS, maxAgeMs = 0 } = {}) =>
      new Promise((resolve) => {
        if (!('geolocation' in from)) return resolve({ state: 'unavailable' })
        from.geolocation.getCurrentPosition(
          (fix) => resolve(resultOfFix(fix)),
          (error) => resolve(resultOfError(error)),
          { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: maxAgeMs }
        )
      }),
    permission: async () => {
      try {
        return (await from.permissions.query({ name: 'geolocation' })).state
      } catch {
        return 'unknown'
      }
    }
  }
}
