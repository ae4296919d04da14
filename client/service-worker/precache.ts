import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

export type PrecacheManifest = Parameters<typeof precacheAndRoute>[0]

/**
 * Keeps the whole app on the device, and answers every page address below the scope with it: the app starts cold without
 * a network. Requests to the API are not touched.
 */
export function precacheApp(manifest: PrecacheManifest): void {
  cleanupOutdatedCaches()
  precacheAndRoute(manifest)
  registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html'), { denylist: [/\/api\//] }))
}

/** The page asks for the update only after the person agreed, so an open form is never interrupted. */
export function onSkipWaiting(data: unknown, skipWaiting: () => Promise<void>): Promise<void> | null {
  return (data as { type?: string } | null)?.type === 'SKIP_WAITING' ? skipWaiting() : null
}
