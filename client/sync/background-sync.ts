/** Tag of the Background Sync registration; the service worker sends the outbox when the browser fires it. */
export const backgroundSyncTag = 'sampark-outbox'

interface SyncRegistration {
  sync?: { register(tag: string): Promise<void> }
}

let asking: Promise<void> | null = null

/** Asks the browser to wake the service worker when there is a network, where it can (Chromium). What is saved meanwhile is in the same wish. Never rejects. */
export function requestBackgroundSync(): Promise<void> {
  asking ??= register()
    .catch(() => undefined)
    .finally(() => (asking = null))
  return asking
}

async function register(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as SyncRegistration | undefined
  await registration?.sync?.register(backgroundSyncTag)
}
