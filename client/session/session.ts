import { sessionReplySchema, type LoginDevice, type SessionInfo, type SessionReply } from '#shared/identity/session.ts'
import { uuidv7 } from '#shared/ids.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { LockPort } from '#client/device/locks.ts'
import type { RandomSource } from '#client/device/random.ts'
import { ApiError } from '#client/http/api-error.ts'
import { createApiClient, type ApiClient, type TokenSource } from '#client/http/api-client.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'

/**
 * none: nobody has logged in on this device. active: known person, with a token or able to get one. ended: the server
 * ended the session; local data stays, and the same person logs in again to go on sending.
 */
export type SessionState = 'none' | 'active' | 'ended'

export interface SessionView {
  readonly state: SessionState
  /** As the last answer of the server said; kept for starting offline. */
  readonly info: SessionInfo | null
}

export interface SessionParts {
  basePath: string
  origin?: string
  fetch?: typeof fetch
  store: DeviceStore
  clock: DeviceClock
  random: RandomSource
  locks: LockPort
  /** What the office sees in its device list, e.g. "Chrome on Android". */
  deviceLabel(): string | Promise<string>
  appVersion: string
  /** With each login and refresh: who it is, and the server's share of the key to this person's copies, which is stored nowhere else. */
  onOpened?(info: SessionInfo, share: string | undefined, from: 'login' | 'refresh'): Promise<void>
  onAnswer?(tookMs: number): void
  onSilence?(): void
}

/** The login of this device. Tokens live in memory only; the refresh token is a cookie that scripts cannot read. */
export interface Session {
  view(): SessionView
  /** Called with each change of the view; returns the way to stop. */
  subscribe(listener: (view: SessionView) => void): () => void
  /** Throws `ApiError` (`unauthenticated`: wrong pair, or, with a field `code`, a second step is asked for; `too_many_requests`) or `OfflineError`. */
  login(login: string, password: string, code?: string): Promise<SessionInfo>
  /** What another way of logging in names this device by. */
  device(): Promise<LoginDevice>
  /** Takes the session that another way of logging in has opened. */
  take(reply: SessionReply): Promise<unknown>
  /** Somebody known on this phone comes back without a network: as `ended`, with local data and without a token. */
  resume(info: SessionInfo): Promise<void>
  /** Ends the session at the server where it can be reached, and here in any case. Local data stays. */
  logout(): Promise<void>
  /** For the API client. */
  readonly tokens: TokenSource
  /** The API of this office with this session's token. */
  readonly api: ApiClient
  /** The same, but only while this person is logged in: nobody else's token ever sends what is his. */
  apiFor(userId: string): ApiClient
}

/** Renewed when less than this is left, ms. */
const renewBeforeMs = 30_000

interface HeldToken {
  token: string
  /** On the device's monotonic clock: its wall clock and the server's may differ by hours. */
  until: number
}

/** Reads who is logged in from the device's store, without network. */
export async function openSession(parts: SessionParts): Promise<Session> {
  const saved = await parts.store.get<SessionInfo>('session')
  const ended = (await parts.store.get<boolean>('ended')) ?? false
  return createSession(parts, { state: saved ? (ended ? 'ended' : 'active') : 'none', info: saved })
}

function createSession(parts: SessionParts, start: SessionView): Session {
  const holder = new SessionHolder(parts, start)
  const device = async () => ({ id: await deviceIdOf(parts), label: await parts.deviceLabel(), appVersion: parts.appVersion })
  const tokens: TokenSource = { current: () => holder.token(), refresh: () => holder.refresh(api) }
  const api = createApiClient({ ...parts, tokens })
  return {
    view: () => holder.view,
    subscribe: (listener) => holder.subscribe(listener),
    async login(login, password, code) {
      const body = { login, password, code, device: await device() }
      const reply = await api.call({
        method: 'POST',
        path: sessionPath,
        auth: 'cookie',
        body,
        reply: sessionReplySchema
      })
      await holder.take(reply, 'login')
      return holder.view.info as SessionInfo
    },
    device,
    take: (reply) => holder.take(reply, 'login'),
    resume: (info) => holder.resume(info),
    async logout() {
      await api.call({ method: 'DELETE', path: sessionPath, auth: 'cookie', timeoutMs: 5_000 }).catch(() => undefined)
      await holder.end('none', null)
    },
    tokens,
    api,
    apiFor(userId) {
      const his = async (token: () => Promise<string | null>) => (holder.view.info?.user.id === userId ? token() : null)
      return createApiClient({
        ...parts,
        tokens: { current: () => his(tokens.current), refresh: () => his(tokens.refresh) }
      })
    }
  }
}

/** View and token of one page. */
class SessionHolder {
  view: SessionView
  readonly #parts: SessionParts
  readonly #listeners = new Set<(view: SessionView) => void>()
  #held: HeldToken | null = null
  #refreshing: Promise<string | null> | null = null

  constructor(parts: SessionParts, start: SessionView) {
    this.#parts = parts
    this.view = start
  }

  subscribe(listener: (view: SessionView) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async token(): Promise<string | null> {
    const held = this.#held
    return held && held.until - this.#parts.clock.monotonic() > renewBeforeMs ? held.token : null
  }

  async take(reply: SessionReply, from: 'login' | 'refresh'): Promise<string> {
    const { accessToken, expiresAt: _expiresAt, expiresInMs, deviceShare, ...info } = reply
    await this.#parts.onOpened?.(info, deviceShare, from)
    this.#held = { token: accessToken, until: this.#parts.clock.monotonic() + expiresInMs }
    await this.#change({ state: 'active', info })
    return accessToken
  }

  async resume(info: SessionInfo): Promise<void> {
    this.#held = null
    await this.#change({ state: 'ended', info })
  }

  async end(state: 'none', info: null): Promise<void> {
    this.#held = null
    await this.#change({ state, info })
  }

  /** Several who need a token at once share one request. */
  refresh(api: ApiClient): Promise<string | null> {
    this.#refreshing ??= this.#refreshOnce(api).finally(() => (this.#refreshing = null))
    return this.#refreshing
  }

  /** One refresher per device: two at once would look like a stolen token. */
  async #refreshOnce(api: ApiClient): Promise<string | null> {
    const known = this.view.info
    if (!known || this.view.state !== 'active') return null
    return this.#parts.locks.hold(refreshLockName(this.#parts.basePath), async () => {
      const reply = await askRefresh(api)
      const same = reply !== null && reply.user.id === known.user.id && reply.tenant.tenantId === known.tenant.tenantId
      if (same) return this.take(reply, 'refresh')
      this.#held = null
      if (reply === null) await this.#change({ state: 'ended', info: known })
      else this.#show({ state: 'ended', info: known })
      return null
    })
  }

  async #change(next: SessionView): Promise<void> {
    await this.#parts.store.put('session', next.info)
    await this.#parts.store.put('ended', next.state === 'ended' ? true : null)
    this.#show(next)
  }

  /** Without storing: where another person has logged in meanwhile, in another tab, the store is about him. */
  #show(next: SessionView): void {
    this.view = next
    for (const listener of this.#listeners) listener(next)
  }
}

const sessionPath = '/api/v1/session'

/** Name of the lock under which page and service worker take turns at the refresh cookie. */
export function refreshLockName(basePath: string): string {
  return `sampark:${basePath}:refresh`
}

/** Null when the server says that the session is over; throws `OfflineError` or another `ApiError` when it could not say. */
async function askRefresh(api: ApiClient): Promise<SessionReply | null> {
  try {
    return await api.call({ method: 'POST', path: `${sessionPath}/refresh`, auth: 'cookie', reply: sessionReplySchema })
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null
    throw error
  }
}

/** The device keeps its id over logouts: its databases are named by it. */
async function deviceIdOf(parts: SessionParts): Promise<string> {
  const known = await parts.store.get<string>('deviceId')
  if (known) return known
  const id = uuidv7(parts.clock.now(), parts.random.bytes(10))
  await parts.store.put('deviceId', id)
  return id
}
