import { randomBytes, randomUUID } from 'node:crypto'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import type { SessionInfo } from '#shared/identity/session.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import { memoryLocks, type LockPort } from '#client/device/locks.ts'
import type { RandomSource } from '#client/device/random.ts'
import type { RecordCipher } from '#client/local-store/record-cipher.ts'
import { createApiClient } from '#client/http/api-client.ts'
import type { Session } from '#client/session/session.ts'
import type { LineKind, LineWatch } from '#client/sync/line/mobile-data.ts'
import { openSyncEngine, type SyncEngine } from '#client/sync/sync-engine.ts'
import { StandInServer } from './stand-in-server.ts'

export const testRandom: RandomSource = { bytes: (count) => new Uint8Array(randomBytes(count)) }

/** A clock that a test can set; its monotonic side follows real time. */
export function testClock(start = Date.UTC(2026, 10, 21, 9)): DeviceClock & { set(now: number): void } {
  let wall = start
  return {
    now: () => wall,
    monotonic: () => performance.now(),
    set: (now) => {
      wall = now
    }
  }
}

export const wardId = '0195d000-0000-7000-8000-00000000aaaa'

/** A field worker of one ward. */
export function testSessionInfo(): SessionInfo {
  const [tenantId, userId, deviceId] = [randomUUID(), randomUUID(), randomUUID()]
  return {
    user: { id: userId, name: 'Asha', role: 'field_worker', departmentId: null, language: 'hi' },
    actor: { tenantId, role: 'field_worker', userId, deviceId, name: 'Asha', departmentId: null, wardIds: [wardId] },
    wardIds: [wardId],
    tenant: {
      tenantId,
      slug: 'test',
      name: 'Test',
      timeZone: 'Asia/Kolkata',
      trackingPrefix: 'TST',
      languages: ['en', 'hi'],
      countryCode: '91',
      calendar: defaultCalendar,
      reopenHours: 72,
      demo: false
    },
    deviceId,
    actions: [],
    vapidPublicKey: null
  }
}

/** A session with a token that never ends, over the given fetch. */
export function testSession(info: SessionInfo, fetchOf: typeof fetch): Session {
  const tokens = { current: async () => 'token', refresh: async () => 'token' }
  const api = createApiClient({ basePath: '', origin: 'http://office.test', tokens, fetch: fetchOf })
  return {
    view: () => ({ state: 'active', info }),
    subscribe: () => () => undefined,
    login: async () => info,
    device: async () => ({ id: info.deviceId }),
    take: async () => undefined,
    resume: async () => undefined,
    logout: async () => undefined,
    tokens,
    api,
    apiFor: () => api
  }
}

/** A line that a test changes by hand; at first one of which the browser says nothing. */
export class TestLine implements LineWatch {
  readonly #listeners = new Set<() => void>()
  #kind: LineKind = 'unknown'
  readonly kind = (): LineKind => this.#kind

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  become(kind: LineKind): void {
    this.#kind = kind
    for (const listener of this.#listeners) listener()
  }
}

/** One phone: its databases stay when the app is closed and opened again. */
export class FieldDevice {
  readonly info = testSessionInfo()
  readonly server = new StandInServer(this.info.tenant.tenantId)
  readonly clock = testClock()
  readonly locks: LockPort = memoryLocks()
  cipher: RecordCipher | null = null
  readonly line = new TestLine()
  readonly #open = new Set<SyncEngine>()

  /** Opens the app; `page`: what is another one's for a page beside the first. */
  async start(page: { info?: SessionInfo; fetch?: typeof fetch; locks?: LockPort } = {}): Promise<SyncEngine> {
    const session = testSession(page.info ?? this.info, page.fetch ?? this.server.fetch)
    const parts = {
      session,
      clock: this.clock,
      random: testRandom,
      locks: page.locks ?? this.locks,
      app: 'field test',
      cipher: this.cipher,
      multiInstance: false,
      line: this.line
    }
    const engine = await openSyncEngine(parts)
    this.#open.add(engine)
    return engine
  }

  async stop(engine: SyncEngine): Promise<void> {
    this.#open.delete(engine)
    await engine.close()
  }

  async stopAll(): Promise<void> {
    for (const engine of this.#open) await this.stop(engine)
  }
}

/** Waits until the condition holds; fails with the last error or a plain message after 8 s. */
export async function until(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
  const end = performance.now() + 8_000
  while (performance.now() < end) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`Waited in vain for ${what}.`)
}
