/** Tag of the Background Sync registration; the service worker sends the outbox when the browser fires it. */
export const backgroundSyncTag = 'sampark-outbox'

interface SyncRegistration {
  sync?: { register(tag: string): Promise<void> }
}

/** Asks the browser to wake the service worker when there is a network, where it can (Chromium). Never rejects. */
export async function requestBackgroundSync(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration()) as SyncRegistration | undefined
    await registration?.sync?.register(backgroundSyncTag)
  } catch {
    return
  }
}
