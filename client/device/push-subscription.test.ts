import { describe, expect, it, vi } from 'vitest'
import { browserPush } from './push-subscription.ts'

const OUR_KEY = 'BAECAw'
const bytes = (...values: number[]) => new Uint8Array(values).buffer

function subscription(key: ArrayBuffer, endpoint: string) {
  return {
    endpoint,
    options: { applicationServerKey: key },
    getKey: (name: string) => (name === 'auth' ? bytes(251, 255) : bytes(1, 2)),
    unsubscribe: vi.fn(async () => true)
  }
}

function phone(existing: ReturnType<typeof subscription> | null, permission: NotificationPermission = 'granted') {
  const subscribe = vi.fn(async (_options: unknown): Promise<unknown> =>
    subscription(bytes(4, 1, 2, 3), 'https://push.example/new')
  )
  const registration = { pushManager: { getSubscription: async () => existing, subscribe } }
  const surroundings = {
    supported: true,
    timeoutMs: 20,
    registration: async () => registration as unknown as ServiceWorkerRegistration,
    askPermission: async () => permission
  }
  return { subscribe, surroundings }
}

describe('browserPush', () => {
  it('subscribes and gives the keys in base64url', async () => {
    const { surroundings } = phone(null)
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toEqual({
      state: 'subscribed',
      address: { endpoint: 'https://push.example/new', p256dh: 'AQI', auth: '-_8' }
    })
  })

  it('keeps a subscription made with the same key', async () => {
    const old = subscription(bytes(4, 1, 2, 3), 'https://push.example/old')
    const { surroundings, subscribe } = phone(old)
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toMatchObject({
      address: { endpoint: 'https://push.example/old' }
    })
    expect(subscribe).not.toHaveBeenCalled()
  })

  it('replaces a subscription made with another key, which would never be delivered', async () => {
    const old = subscription(bytes(4, 9, 9, 9), 'https://push.example/old')
    const { surroundings } = phone(old)
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toMatchObject({
      address: { endpoint: 'https://push.example/new' }
    })
    expect(old.unsubscribe).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['denied', 'denied'],
    ['default', 'dismissed']
  ] as const)('says %s as %s and does not subscribe', async (permission, state) => {
    const { surroundings, subscribe } = phone(null, permission)
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toEqual({ state })
    expect(subscribe).not.toHaveBeenCalled()
  })

  it('does not wait for ever for a phone without a push service', async () => {
    const { surroundings, subscribe } = phone(null)
    subscribe.mockReturnValue(new Promise(() => undefined))
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toEqual({ state: 'timed-out' })
  })

  it('tells why the browser refused', async () => {
    const { surroundings, subscribe } = phone(null)
    subscribe.mockRejectedValue(new Error('Registration failed'))
    expect(await browserPush(surroundings).subscribe(OUR_KEY)).toEqual({
      state: 'failed',
      reason: 'Registration failed'
    })
  })

  it('says so where there is no push at all', async () => {
    const { surroundings } = phone(null)
    expect(await browserPush({ ...surroundings, supported: false }).subscribe(OUR_KEY)).toEqual({
      state: 'unsupported'
    })
  })
})
