import '#client/device/schemas-without-eval.ts'
import { clientWindows, onNotificationClick } from '#client/service-worker/on-notification-click.ts'
import { onPush } from '#client/service-worker/on-push.ts'
import { onSync } from '#client/service-worker/on-sync.ts'
import { onSkipWaiting, precacheApp } from '#client/service-worker/precache.ts'
import { version } from '../../../package.json'

declare const self: ServiceWorkerGlobalScope

/** Background Sync is Chromium's own and has no type in the library. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

/** For a push that cannot be read: a worker has no messages loaded, so it says it in both languages. */
const unreadableNotice = { title: 'Sampark', body: 'There is news in your app. आपके ऐप में नई जानकारी है।' }

precacheApp(self.__WB_MANIFEST)

self.addEventListener('message', (event) => {
  const skipping = onSkipWaiting(event.data, () => self.skipWaiting())
  if (skipping) event.waitUntil(skipping)
})

self.addEventListener('push', (event) => {
  event.waitUntil(onPush(event.data?.text() ?? null, self.registration, unreadableNotice))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(onNotificationClick(event.notification.data, self.registration.scope, clientWindows(self.clients)))
})

self.addEventListener('sync' as 'message', (event) => {
  const { tag } = event as unknown as SyncEvent
  event.waitUntil(onSync(tag, { scope: self.registration.scope, app: `field ${version}` }))
})
