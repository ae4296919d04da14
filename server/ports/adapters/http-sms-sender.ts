import type { Clock } from '../clock.ts'
import type { SendOutcome } from '../send-outcome.ts'
import type { SmsSender } from '../sms-sender.ts'
import { postOnce, retryAfterMs, type PostResult } from './http-post.ts'

export interface HttpSmsOptions {
  readonly url: string
  readonly token: string | null
  readonly clock: Clock
  readonly timeoutMs?: number
}

/**
 * A provider that takes `POST {to, text, reference}` as JSON with a bearer token, and answers 2xx with an optional
 * `{"id"}`. `reference` is the same for every attempt: a provider that knows it already should answer 2xx again.
 */
export function createHttpSmsSender({ url, token, clock, timeoutMs = 10_000 }: HttpSmsOptions): SmsSender {
  return {
    provider: 'sms-http',
    async send({ to, text, reference }) {
      const body = JSON.stringify({ to, text, reference })
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...(token !== null && { Authorization: `Bearer ${token}` })
      }
      return classify(await postOnce({ url, headers, body, timeoutMs }), clock.now())
    }
  }
}

function classify(result: PostResult, now: number): SendOutcome {
  if (result.kind === 'broken') {
    return result.left ? { kind: 'unknown', error: 'no_answer' } : { kind: 'retry', error: 'unreachable' }
  }
  const { status } = result
  if (status >= 200 && status < 300) return { kind: 'accepted', providerRef: referenceIn(result.text) }
  if (status === 429) return { kind: 'retry', error: 'provider_busy', ...waitOf(result, now) }
  if (status === 408) return { kind: 'retry', error: 'no_answer' }
  if (status === 401 || status === 403) return { kind: 'permanent', error: 'provider_denied' }
  // A gateway in between gave up waiting: what is behind it may have taken the message.
  if (status === 502 || status === 504) return { kind: 'unknown', error: 'no_answer' }
  if (status >= 500) return { kind: 'retry', error: 'provider_failed', ...waitOf(result, now) }
  return { kind: 'permanent', error: 'provider_refused' }
}

function waitOf(result: Extract<PostResult, { kind: 'answer' }>, now: number): { afterMs?: number } {
  const afterMs = retryAfterMs(result.headers, now)
  return afterMs === undefined ? {} : { afterMs }
}

function referenceIn(text: string): string | null {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' && id.length <= 100 ? id : null
  } catch {
    return null
  }
}
