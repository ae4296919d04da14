import { z } from 'zod'

/** Unpadded base64url of exactly `bytes` bytes. */
const base64url = (bytes: number) => {
  const length = Math.ceil((bytes * 4) / 3)
  return z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`), `Must be ${bytes} bytes in base64url`)
}

/** Body of `POST /api/v1/push-subscriptions`: what the browser's PushSubscription says (RFC 8291, 3.1). */
export const pushAddressSchema = z.object({
  endpoint: z.url({ protocol: /^https$/, error: 'Must be an https address' }).max(1000),
  /** Uncompressed P-256 point. */
  p256dh: base64url(65),
  auth: base64url(16)
})

/**
 * What a push carries to the device: plain facts, shown by the service worker. No person of a grievance is named, since
 * the notice can stand on a locked screen.
 */
export const pushNoticeSchema = z.object({
  title: z.string(),
  body: z.string(),
  /** Path inside the field app, opened by a click, also offline. */
  url: z.string(),
  /** A later notice with the same tag replaces the earlier one. */
  tag: z.string(),
  recordId: z.string()
})
export type PushNotice = z.infer<typeof pushNoticeSchema>
