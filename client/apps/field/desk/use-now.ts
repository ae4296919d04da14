import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import { deviceClock } from '#client/device/clock.ts'

const TICK_MS = 30_000

/** The device's wall time in ms, renewed twice a minute and when the page is shown again: "due in 3 h" must not grow old. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(deviceClock.now())
  const renew = (): void => {
    now.value = deviceClock.now()
  }
  const timer = setInterval(renew, TICK_MS)
  document.addEventListener('visibilitychange', renew)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', renew)
  })
  return readonly(now)
}
