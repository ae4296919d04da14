import type { SendOutcome } from './send-outcome.ts'

export interface PushTarget {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

export interface OutgoingPush {
  readonly target: PushTarget
  /** Encrypted for the device (RFC 8291). */
  readonly payload: string
  /** Sent instead where the push service finds `payload` too large. */
  readonly thinPayload: string
  /** How long the push service keeps it for a device that is away, in seconds. */
  readonly ttlSeconds: number
  /** A waiting push with the same topic is replaced: at most 32 characters of base64url. */
  readonly topic: string
}

/** `gone`: the subscription has ended and must be removed. */
export type PushOutcome = SendOutcome | { readonly kind: 'gone' }

/** Hands one push to the push service of a device. Never rejects: every end is an outcome. */
export interface PushSender {
  /** Short name of the public key, kept with each subscription that was made with it. */
  readonly keyId: string
  send(push: OutgoingPush): Promise<PushOutcome>
}
