import { readonly, ref, shallowRef, watchEffect, type Ref } from 'vue'
import type { Router } from 'vue-router'
import type { Workbox } from 'workbox-window'
import { isDraining } from '#client/features/sync-centre/item-words.ts'
import type { SyncStatus } from '#client/sync/sync-status.ts'
import { useDesk } from './desk/field-desk.ts'

const CHECK_EVERY_MS = 3_600_000

export interface AppUpdate {
  /** A newer version is on this phone and waits. */
  readonly ready: Readonly<Ref<boolean>>
  /** Takes it; the page starts anew. Call it when the person asked for it. */
  apply(): void
  check(): void
}

const ready = ref(false)
let worker: Workbox | null = null

function apply(): void {
  if (worker) worker.messageSkipWaiting()
  else location.reload()
}

/** Whether the update waits until what was saved has gone, live. */
export function useUpdateWaits(): () => boolean {
  const { open } = useDesk()
  const status = shallowRef<SyncStatus | null>(null)
  watchEffect((onCleanup) => {
    const engine = open.value?.engine
    status.value = engine?.status() ?? null
    if (engine) onCleanup(engine.onStatus((next) => (status.value = next)))
  })
  return () => status.value !== null && isDraining(status.value)
}

/** The update of this app, for the banner and the page with the version. */
export function useAppUpdate(): AppUpdate {
  return { ready: readonly(ready), apply, check: () => void worker?.update().catch(() => undefined) }
}

/**
 * Registers the service worker (nothing where the browser has none) and looks for a newer one hourly and when the page is
 * shown again. A newer one waits for the person's word; by itself it is taken only while the page is hidden and nothing is
 * being written or sent (`isIdle`). A page with an open form is not reloaded even when another page took the update.
 */
export async function startAppUpdate(parts: { router: Router; isIdle(): boolean }): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { Workbox } = await import('workbox-window')
  const workbox = new Workbox('service-worker.js')
  worker = workbox
  let applied = false
  workbox.addEventListener('waiting', () => (ready.value = true))
  workbox.addEventListener('controlling', (event) => {
    if (!event.isUpdate) return
    if (applied || parts.isIdle()) location.reload()
    else ready.value = true
  })
  navigator.serviceWorker.addEventListener('message', (event: MessageEvent<{ type?: string; url?: string }>) => {
    if (event.data.type === 'open-record' && event.data.url) openInApp(parts.router, event.data.url)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void workbox.update().catch(() => undefined)
    else if (ready.value && parts.isIdle()) {
      applied = true
      workbox.messageSkipWaiting()
    }
  })
  setInterval(() => void workbox.update().catch(() => undefined), CHECK_EVERY_MS)
  void workbox.register().catch(() => undefined)
}

/** Goes to the page of an absolute address below this app. */
function openInApp(router: Router, address: string): void {
  const base = new URL('./', document.baseURI).href
  if (address.startsWith(base)) void router.push(`/${address.slice(base.length)}`)
}
