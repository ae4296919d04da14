import { createHash } from 'node:crypto'
import type https from 'node:https'
import webPush from 'web-push'
import type { Clock } from '../clock.ts'
import type { OutgoingPush, PushOutcome, PushSender } from '../push-sender.ts'
import { postOnce, retryAfterMs, type PostResult } from './http-post.ts'

export interface WebPushOptions {
  readonly subject: string
  readonly publicKey: string
  readonly privateKey: string
  readonly clock: Clock
  /** Bounds the connections, and says which addresses and certificates are accepted. */
  readonly agent: https.Agent
  readonly timeoutMs?: number
}

/** 4,096 bytes are what every push service must take (RFC 8030, 7.2); encryption adds 103 (RFC 8291, 4). */
const longestPayload = 3_993

/** Short name of a VAPID public key. */
export function vapidKeyId(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('base64url').slice(0, 16)
}

/** Web push: encrypted by RFC 8291 (aes128gcm), signed by VAPID (RFC 8292), sent by RFC 8030. */
export function createWebPushSender(options: WebPushOptions): PushSender {
  const vapidDetails = { subject: options.subject, publicKey: options.publicKey, privateKey: options.privateKey }
  const post = (push: OutgoingPush, payload: string): Promise<PostResult> => {
    const { endpoint, p256dh, auth } = push.target
    const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
      vapidDetails,
      TTL: push.ttlSeconds,
      urgency: 'high',
      topic: push.topic,
      contentEncoding: 'aes128gcm'
    })
    return postOnce({
      url: endpoint,
      headers: details.headers,
      body: details.body,
      timeoutMs: options.timeoutMs ?? 10_000,
      agent: options.agent
    })
  }
  return {
    keyId: vapidKeyId(options.publicKey),
    async send(push) {
      const fits = Buffer.byteLength(push.payload) <= longestPayload
      try {
        const first = await post(push, fits ? push.payload : push.thinPayload)
        const isTooLarge = first.kind === 'answer' && first.status === 413
        return classify(isTooLarge && fits ? await post(push, push.thinPayload) : first, options.clock.now())
      } catch {
        return { kind: 'permanent', error: 'bad_address' } // keys that cannot be used to encrypt
      }
    }
  }
}

function classify(result: PostResult, now: number): PushOutcome {
  if (result.kind === 'broken') {
    return result.left ? { kind: 'unknown', error: 'no_answer' } : { kind: 'retry', error: 'unreachable' }
  }
  const { status } = result
  if (status >= 200 && status < 300) return { kind: 'accepted', providerRef: null }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status === 413) return { kind: 'permanent', error: 'too_large' }
  // Windows answers 406 where others answer 429.
  if (status === 429 || status === 406) {
    const afterMs = retryAfterMs(result.headers, now)
    return { kind: 'retry', error: 'provider_busy', ...(afterMs !== undefined && { afterMs }) }
  }
  if (status === 401 || status === 403) return { kind: 'permanent', error: 'provider_denied' }
  if (status >= 500) return { kind: 'retry', error: 'provider_failed' }
  return { kind: 'permanent', error: 'provider_refused' }
}
