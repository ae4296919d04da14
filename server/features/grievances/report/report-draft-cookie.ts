import { createHash } from 'node:crypto'
import { cookieHeader } from '../../../http/cookies.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { draftLimits } from './report-draft.ts'

/** Name of the cookie that holds the key of the draft; each office has its own. */
export function draftCookieName(slug: string): string {
  return `report-${slug}`
}

/** Set-Cookie of a new draft. The key is 32 random bytes; the database knows only its hash. */
export function draftCookie(context: RequestContext, key: string, secure: boolean): string {
  return cookieHeader(draftCookieName(context.tenant.slug), key, {
    path: `${context.basePath}/report`,
    maxAge: draftLimits.hours * 3_600,
    httpOnly: true,
    sameSite: 'Lax',
    secure
  })
}

/** Id of the draft that the request's cookie opens; null without one. */
export function draftIdOf(context: RequestContext): string | null {
  const key = context.cookie(draftCookieName(context.tenant.slug))
  return key !== undefined && /^[\w-]{43}$/.test(key) ? draftIdOfKey(key) : null
}

export function draftIdOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
