import { createHmac, timingSafeEqual } from 'node:crypto'
import { cookieHeader } from '../../../http/cookies.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { deriveKey } from '../../../ports/derive-key.ts'
import { isUuid } from '#shared/ids.ts'
import type { TrackLevel } from './track-store.ts'

export interface TrackPass {
  readonly grievanceId: string
  readonly level: TrackLevel
  /** A code that went to the kept phone or e-mail was given too: only then is what is kept shown whole. */
  readonly proven?: boolean
}

const minutes = 30

/**
 * Remembers in a signed cookie which report a browser has opened, so that its page has an address without secrets. `secretKeys`:
 * SECRET_KEY, and those before it while they are accepted. The first signs.
 */
export function createTrackPasses(secretKeys: readonly [string, ...string[]], secure: boolean) {
  const keys = secretKeys.map((secretKey) => deriveKey(secretKey, 'portal track pass')) as [Uint8Array, ...Uint8Array[]]
  const signWith = (key: Uint8Array, text: string, tenantId: string) => createHmac('sha256', key).update(`${tenantId}\n${text}`).digest('base64url')
  const isSigned = (text: string, tenantId: string, signature: string) => keys.some((key) => isSame(signature, signWith(key, text, tenantId)))
  return {
    /** Set-Cookie of a pass that stands for half an hour of the server's clock. */
    cookie(context: RequestContext, pass: TrackPass): string {
      const text = `${pass.grievanceId}.${pass.proven ? 'proven' : pass.level}.${context.clock.now() + minutes * 60_000}`
      return cookieHeader(nameOf(context), `${text}.${signWith(keys[0], text, context.tenant.tenantId)}`, {
        path: `${context.basePath}/track`,
        maxAge: minutes * 60,
        httpOnly: true,
        sameSite: 'Lax',
        secure
      })
    },
    /** The pass of the request; null when there is none, it has run out, or it belongs to another office. */
    read(context: RequestContext): TrackPass | null {
      const [grievanceId = '', level, until = '', signature = ''] = (context.cookie(nameOf(context)) ?? '').split('.')
      if (!isSigned(`${grievanceId}.${level}.${until}`, context.tenant.tenantId, signature)) return null
      const stands =
        isUuid(grievanceId) && Number(until) > context.clock.now() && (level === 'full' || level === 'dates' || level === 'proven')
      if (!stands) return null
      return level === 'proven' ? { grievanceId, level: 'full', proven: true } : { grievanceId, level }
    }
  }
}

export type TrackPasses = ReturnType<typeof createTrackPasses>

const isSame = (one: string, other: string) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

const nameOf = ({ tenant }: RequestContext): string => `track-${tenant.slug}`
