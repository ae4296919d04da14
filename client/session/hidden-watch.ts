import type { DeviceClock } from '#client/device/clock.ts'

/** The parts of a document that are needed here. */
export type HidingPage = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>

/**
 * Calls `onLong` when the page comes back after it was hidden for at least `afterMs`, by either clock: the monotonic one may
 * stand still while the phone sleeps, the wall clock may be set back. Returns the way to stop.
 */
export function watchHidden(page: HidingPage, clock: DeviceClock, watch: { afterMs: number; onLong(): void }): () => void {
  let hidden: { wall: number; monotonic: number } | null = null
  const look = (): void => {
    if (page.visibilityState === 'hidden') {
      hidden ??= { wall: clock.now(), monotonic: clock.monotonic() }
      return
    }
    const since = hidden
    hidden = null
    if (since && Math.max(clock.now() - since.wall, clock.monotonic() - since.monotonic) >= watch.afterMs) watch.onLong()
  }
  page.addEventListener('visibilitychange', look)
  return () => page.removeEventListener('visibilitychange', look)
}
