/** Calls back when the line or the person may be back: network found, page shown again. Returns the way to stop. */
export function onWakeSignal(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') listener()
  }
  window.addEventListener('online', listener)
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    window.removeEventListener('online', listener)
    document.removeEventListener('visibilitychange', onVisible)
  }
}

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
