import { pushNoticeSchema } from '#shared/messaging/push-subscription.ts'

type Notifier = Pick<ServiceWorkerRegistration, 'showNotification'>

/** What is shown when a push cannot be read: browsers take the permission away from apps that show nothing. */
export interface PushWords {
  title: string
  body: string
}

/** Shows the notice. `text` is the decrypted payload, null when there was none. */
export async function onPush(text: string | null, registration: Notifier, fallback: PushWords): Promise<void> {
  const parsed = pushNoticeSchema.safeParse(parseJson(text))
  const look = { icon: 'icons/icon-192.png', badge: 'icons/badge-96.png' }
  if (!parsed.success) return registration.showNotification(fallback.title, { body: fallback.body, ...look })
  const { title, body, tag, url, recordId } = parsed.data
  return registration.showNotification(title, { body, tag, ...look, data: { url, recordId } })
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
