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

/** The browser is sure that there is no network at all. That it says nothing means nothing. */
export const hasNoNetwork = (): boolean => typeof navigator !== 'undefined' && navigator.onLine === false
