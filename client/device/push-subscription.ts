import { fromBase64Url, toBase64Url } from '#shared/base64.ts'

/** What the server needs to send an encrypted push (RFC 8291): the endpoint, and both keys in base64url. */
export interface PushAddress {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

export type PushResult =
  | { readonly state: 'subscribed'; readonly address: PushAddress }
  | { readonly state: 'denied' }
  | { readonly state: 'dismissed' }
  | { readonly state: 'unsupported' }
  | { readonly state: 'timed-out' }
  | { readonly state: 'failed'; readonly reason: string }

export interface PushPort {
  /**
   * Asks the person (must be called from a click) and subscribes with the server's VAPID public key (base64url,
   * 65 bytes uncompressed P-256). A subscription made with another key is replaced. Never rejects.
   */
  subscribe(serverKey: string): Promise<PushResult>
  /** The address of the subscription there is, without asking. */
  current(): Promise<PushAddress | null>
  /** Ends the subscription on this device; true when none is left. */
  unsubscribe(): Promise<boolean>
}

export interface PushSurroundings {
  registration(): Promise<ServiceWorkerRegistration>
  askPermission(): Promise<NotificationPermission>
  readonly supported: boolean
  readonly timeoutMs: number
}

function textOf(buffer: ArrayBuffer | null): string {
  return toBase64Url(new Uint8Array(buffer ?? new ArrayBuffer(0)))
}

function addressOf(subscription: PushSubscription): PushAddress {
  return {
    endpoint: subscription.endpoint,
    p256dh: textOf(subscription.getKey('p256dh')),
    auth: textOf(subscription.getKey('auth'))
  }
}

async function subscribeWith(registration: ServiceWorkerRegistration, serverKey: string): Promise<PushAddress> {
  const existing = await registration.pushManager.getSubscription()
  const sameKey = existing && textOf(existing.options.applicationServerKey) === serverKey.replace(/=+$/, '')
  if (existing && sameKey) return addressOf(existing)
  if (existing) await existing.unsubscribe()
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: fromBase64Url(serverKey)
  })
  return addressOf(made)
}

/** Some phones never answer a subscription (no push service installed), so the wait has an end. */
function within<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value | 'timed-out'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('timed-out'), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Web push of this browser, over the surroundings given (a test passes its own). */
export function browserPush(surroundings: PushSurroundings = deviceSurroundings()): PushPort {
  const existing = async (): Promise<PushSubscription | null> =>
    surroundings.supported ? (await surroundings.registration()).pushManager.getSubscription() : null
  return {
    async subscribe(serverKey) {
      if (!surroundings.supported) return { state: 'unsupported' }
      try {
        const permission = await surroundings.askPermission()
        if (permission !== 'granted') return { state: permission === 'denied' ? 'denied' : 'dismissed' }
        const work = surroundings.registration().then((registration) => subscribeWith(registration, serverKey))
        const address = await within(work, surroundings.timeoutMs)
        return address === 'timed-out' ? { state: 'timed-out' } : { state: 'subscribed', address }
      } catch (error) {
        return { state: 'failed', reason: error instanceof Error ? error.message : String(error) }
      }
    },
    async current() {
      const subscription = await existing()
      return subscription && addressOf(subscription)
    },
    async unsubscribe() {
      const subscription = await existing()
      return subscription ? subscription.unsubscribe() : true
    }
  }
}

function deviceSurroundings(): PushSurroundings {
  return {
    supported: 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis,
    registration: () => navigator.serviceWorker.ready,
    askPermission: () => Notification.requestPermission(),
    timeoutMs: 20_000
  }
}
