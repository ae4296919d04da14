import type { z } from 'zod'
import { problemSchema } from '#shared/errors.ts'
import { ApiError, codeOf, OfflineError, retryAfterMs } from './api-error.ts'

/** Where access tokens come from. `refresh` is asked once after a 401; null means that a person must log in again. */
export interface TokenSource {
  current(): Promise<string | null>
  refresh(): Promise<string | null>
}

export interface ApiCall<Reply> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Without the base path, e.g. `/api/v1/sync/push`. */
  path: string
  body?: unknown
  /** Checks the answer. Left out for pages of documents: the server vouches for them, and checking each costs too much. */
  reply?: z.ZodType<Reply>
  /** `none` sends no token and no cookie, `cookie` only the cookies of the session. Default: the access token. */
  auth?: 'token' | 'cookie' | 'none'
  timeoutMs?: number
  signal?: AbortSignal
}

export interface ApiClient {
  readonly basePath: string
  /** Throws `ApiError` for a refusal, `OfflineError` for silence. */
  call<Reply>(call: ApiCall<Reply>): Promise<Reply>
  /**
   * The raw answer, with the token and its one refresh, or with the `Authorization` that `init` brings: for streams and
   * uploads. Statuses are the caller's business.
   */
  open(path: string, init?: RequestInit): Promise<Response>
}

export interface ApiClientParts {
  basePath: string
  /** Absolute address that paths are resolved against; needed where there is no page (tests, workers of another scope). */
  origin?: string
  tokens: TokenSource
  fetch?: typeof fetch
  /** Told of each answer and each silence, for the connectivity shown. */
  onAnswer?(tookMs: number): void
  onSilence?(): void
  monotonic?(): number
}

const defaultTimeoutMs = 30_000

/** JSON over fetch. Cookies travel only to the session's own addresses, so a forged request from elsewhere carries nothing. */
export function createApiClient(parts: ApiClientParts): ApiClient {
  const send = exchange(parts)

  async function open(path: string, init: RequestInit = {}): Promise<Response> {
    if (new Headers(init.headers).has('authorization')) return send(path, withToken(init, null))
    const token = (await parts.tokens.current()) ?? (await parts.tokens.refresh())
    const first = await send(path, withToken(init, token))
    if (first.status !== 401 || token === null) return first
    const fresh = await parts.tokens.refresh()
    if (fresh === null) return first
    await first.body?.cancel().catch(() => undefined)
    return send(path, withToken(init, fresh))
  }

  return {
    basePath: parts.basePath,
    open,
    async call<Reply>(call: ApiCall<Reply>): Promise<Reply> {
      const ending = joinSignals([AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs), call.signal])
      const init = initOf(call, ending.signal)
      try {
        const response = call.auth && call.auth !== 'token' ? await send(call.path, init) : await open(call.path, init)
        if (!response.ok) throw await errorOf(response)
        if (response.status === 204) return undefined as Reply
        const body = await readBody(response)
        return call.reply ? call.reply.parse(body) : (body as Reply)
      } finally {
        ending.release()
      }
    }
  }
}

function exchange(parts: ApiClientParts): (path: string, init: RequestInit) => Promise<Response> {
  const request = parts.fetch ?? globalThis.fetch.bind(globalThis)
  const monotonic = parts.monotonic ?? (() => performance.now())
  return async (path, init) => {
    const startedAt = monotonic()
    const address = path.startsWith(parts.basePath) && parts.basePath !== '' ? path : `${parts.basePath}${path}`
    try {
      const response = await request(parts.origin ? new URL(address, parts.origin) : address, init)
      parts.onAnswer?.(monotonic() - startedAt)
      return response
    } catch (error) {
      if (!(init.signal?.reason === stopped)) parts.onSilence?.()
      throw new OfflineError(error instanceof Error ? error.message : 'no answer')
    }
  }
}

/** Reason given to an AbortController when the caller itself stops: no sign of a bad line. */
export const stopped = 'stopped'

function initOf(call: ApiCall<unknown>, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (call.body !== undefined) headers['content-type'] = 'application/json'
  return {
    method: call.method,
    headers,
    credentials: call.auth === 'cookie' ? 'same-origin' : 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) })
  }
}

/**
 * Aborts with the first of the signals (`AbortSignal.any` is missing in WebViews before 116). Release it when the request
 * is over, or a signal that lives as long as the app collects listeners.
 */
function joinSignals(signals: readonly (AbortSignal | null | undefined)[]): { signal: AbortSignal; release(): void } {
  const both = new AbortController()
  for (const signal of signals) {
    if (signal?.aborted) both.abort(signal.reason)
    signal?.addEventListener('abort', () => both.abort(signal.reason), { once: true, signal: both.signal })
  }
  return { signal: both.signal, release: () => both.abort(stopped) }
}

function withToken(init: RequestInit, token: string | null): RequestInit {
  const headers = new Headers(init.headers)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  return { credentials: 'omit', cache: 'no-store', ...init, headers }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new OfflineError(error instanceof Error ? error.message : 'the answer broke off')
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new OfflineError('The answer was not ours: a login page of the network, or cut short.')
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null))
  return new ApiError({
    status: response.status,
    code: parsed.success ? parsed.data.code : codeOf(response.status),
    fields: parsed.success ? (parsed.data.errors ?? []) : [],
    retryAfterMs: retryAfterMs(response.headers)
  })
}

/**
 * The same client, whose requests all end when `signal` aborts (with the reason `stopped`: no sign of a bad line) instead
 * of their own. What is opened brings a signal that ends in time, or listeners collect.
 */
export function abortableApi(api: ApiClient, signal: AbortSignal): ApiClient {
  return {
    basePath: api.basePath,
    call: (call) => api.call({ ...call, signal }),
    open: (path, init = {}) => api.open(path, { ...init, signal: joinSignals([signal, init.signal]).signal })
  }
}

/** The refusal in an answer of `open`. */
export async function refusalOf(response: Response): Promise<ApiError> {
  return errorOf(response)
}
