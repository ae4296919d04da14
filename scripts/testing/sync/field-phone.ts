import { memoryLocks } from '#client/device/locks.ts'
import { openDeviceStore } from '#client/local-store/device-store.ts'
import { openSession, type Session } from '#client/session/session.ts'
import { openSyncEngine, type SyncEngine } from '#client/sync/sync-engine.ts'
import { testClock, testRandom } from '#client/testing/field-device.ts'
import { makeId } from '#server/testing/office-fixture.ts'
import { testPassword } from '#server/testing/start-test-server.ts'

/** What the line does to a request: nothing, no way through, or the answer gets lost. */
export type Line = (path: string) => 'fine' | 'none' | 'lost'

/** The real client on fake-indexeddb, over HTTP against the server that `serverUrl` names at that moment. */
export class FieldPhone {
  line: Line = () => 'fine'
  /** Paths of the requests that were answered, oldest first. */
  readonly asked: string[] = []
  readonly #serverUrl: () => string
  readonly #common = { clock: testClock(Date.now()), random: testRandom, locks: memoryLocks() }
  #session: Session | null = null
  #engine: SyncEngine | null = null
  #cookie = ''

  constructor(serverUrl: () => string) {
    this.#serverUrl = serverUrl
  }

  async login(login = 'field_worker'): Promise<void> {
    if (!this.#session) {
      const store = openDeviceStore('')
      await store.put('deviceId', makeId())
      const place = { basePath: '', origin: 'http://office.test', fetch: this.#fetch, store }
      this.#session = await openSession({ ...this.#common, ...place, deviceLabel: () => 'a test', appVersion: '1' })
    }
    await this.#session.login(login, testPassword)
  }

  async start(): Promise<SyncEngine> {
    if (!this.#session) throw new Error('Nobody has logged in.')
    this.#engine = await openSyncEngine({ ...this.#common, session: this.#session, app: 'field test', multiInstance: false })
    return this.#engine
  }

  /** Closes the app; its databases stay. */
  async stop(): Promise<void> {
    await this.#engine?.close()
    this.#engine = null
  }

  /** As a browser does it: it keeps the refresh cookie, which the page cannot see. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input))
    const fate = this.line(pathname)
    if (fate === 'none') throw new TypeError('fetch failed')
    const headers = new Headers(init?.headers)
    const session = pathname.startsWith('/api/v1/session') && init?.credentials === 'same-origin'
    if (session && this.#cookie) headers.set('cookie', this.#cookie)
    const response = await fetch(`${this.#serverUrl()}${pathname}${search}`, { ...init, headers })
    this.#cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? this.#cookie
    if (fate === 'lost') throw new TypeError('the answer was lost')
    this.asked.push(pathname)
    return response
  }
}
