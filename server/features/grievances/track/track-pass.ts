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

/** Remembers in a signed cookie which report a browser has opened, so that its page has an address without secrets. */
export function createTrackPasses(secretKey: string, secure: boolean) {
  const key = deriveKey(secretKey, 'portal track pass')
  const sign = (text: string, slug: string) => createHmac('sha256', key).update(`${slug}\n${text}`).digest('base64url')
  return {
    /** Set-Cookie of a pass that stands for half an hour of the server's clock. */
    cookie(context: RequestContext, pass: TrackPass): string {
      const text = `${pass.grievanceId}.${pass.proven ? 'proven' : pass.level}.${context.clock.now() + minutes * 60_000}`
      return cookieHeader(nameOf(context), `${text}.${sign(text, context.tenant.tenantId)}`, {
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
      const expected = sign(`${grievanceId}.${level}.${until}`, context.tenant.tenantId)
      if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected)))
        return null
      const stands =
        isUuid(grievanceId) && Number(until) > context.clock.now() && (level === 'full' || level === 'dates' || level === 'proven')
      if (!stands) return null
      return level === 'proven' ? { grievanceId, level: 'full', proven: true } : { grievanceId, level }
    }
  }
}

export type TrackPasses = ReturnType<typeof createTrackPasses>

const nameOf = ({ tenant }: RequestContext): string => `track-${tenant.slug}`
