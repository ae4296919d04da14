import type { Config } from '../../config.ts'
import { cookieHeader } from '../../http/cookies.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { TenantRecord } from '../../postgres/directory.ts'
import { accessActions, mayDo } from '#shared/identity/access-policy.ts'
import type { SessionInfo, SessionReply } from '#shared/identity/session.ts'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { TenantInfo } from '#shared/tenants/tenant.ts'
import type { LoadedUser } from './actor-loader.ts'
import type { OpenedSession } from './login/start-session.ts'
import type { SessionParts } from './needs.ts'
import { refreshTokenMs } from './refresh-token-store.ts'

export const sessionPath = '/api/v1/session'

type ReplyFacts = { tenant: TenantRecord; config: Pick<Config, 'VAPID_PUBLIC_KEY'>; rescueKeyOf(tenantId: string): RescueKey; receiptKeys: readonly [RescueKey, ...RescueKey[]] }

export function sessionInfo(user: LoadedUser & { deviceId: string }, facts: ReplyFacts): SessionInfo {
  const { actor, impersonation, stepDue } = user
  const [receiptKey, ...formerReceiptKeys] = facts.receiptKeys
  const actions = accessActions.filter((action) => mayDo(actor, action))
  return {
    user: { id: actor.userId ?? '', name: actor.name, role: user.role, departmentId: actor.departmentId, language: user.language },
    actor,
    wardIds: actor.wardIds,
    tenant: tenantInfo(facts.tenant),
    deviceId: user.deviceId,
    actions,
    vapidPublicKey: facts.config.VAPID_PUBLIC_KEY ?? null,
    rescueKey: facts.rescueKeyOf(facts.tenant.tenantId),
    receiptKey,
    ...(formerReceiptKeys.length > 0 && { formerReceiptKeys }),
    ...(stepDue && { secondStepDue: stepDue }),
    ...(impersonation && { impersonation: { reason: impersonation.reason, until: new Date(impersonation.until).toISOString() } })
  }
}

export function sessionReply(opened: OpenedSession, facts: ReplyFacts & { nowMs: number }): SessionReply {
  return {
    ...sessionInfo(opened, facts),
    accessToken: opened.accessToken,
    ...(opened.deviceShare !== null && { deviceShare: opened.deviceShare }),
    expiresAt: new Date(opened.expiresAt).toISOString(),
    expiresInMs: Math.max(1, Math.floor(opened.expiresAt - facts.nowMs))
  }
}

/** What a login answers: the session, and its refresh token as a cookie. */
export function sessionAnswer(parts: SessionParts, context: RequestContext, opened: OpenedSession) {
  const body = sessionReply(opened, { ...parts, tenant: context.tenant, nowMs: context.clock.now() })
  const cookie = refreshCookie(context, { value: opened.refreshToken, maxAge: refreshTokenMs / 1000, secure: parts.config.COOKIE_SECURE })
  return { status: 200 as const, body, headers: { 'Set-Cookie': cookie } }
}

export function tenantInfo(tenant: TenantRecord): TenantInfo {
  const { tenantId, slug, name, timeZone, trackingPrefix, languages, countryCode, calendar, reopenHours, demo, brandColor, logoVersion } = tenant
  return { tenantId, slug, name, timeZone, trackingPrefix, languages, countryCode, calendar, reopenHours, demo, brandColor, logoVersion }
}

/** Named by tenant: two offices at one address do not overwrite each other. */
export function refreshCookieOf(context: RequestContext): string | undefined {
  return context.cookie(cookieName(context))
}

/** The Set-Cookie value; `maxAge` in seconds, 0 removes the cookie. */
export function refreshCookie(context: RequestContext, cookie: { value: string; maxAge: number; secure: boolean }): string {
  return cookieHeader(cookieName(context), cookie.value, {
    path: `${context.basePath}${sessionPath}`,
    maxAge: cookie.maxAge,
    httpOnly: true,
    sameSite: 'Strict',
    secure: cookie.secure
  })
}

function cookieName(context: RequestContext): string {
  return `refresh_${context.tenant.slug}`
}
