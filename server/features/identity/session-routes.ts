import { AppError } from '#shared/errors.ts'
import { loginSchema, sessionInfoSchema, sessionReplySchema } from '#shared/identity/session.ts'
import { tenantInfoSchema } from '#shared/tenants/tenant.ts'
import { anyone, signedIn } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import { passwordRoute } from './password-route.ts'
import { refreshCookie, refreshCookieOf, sessionAnswer, sessionInfo, sessionPath as path, tenantInfo } from './session-reply.ts'
import type { SessionParts } from './needs.ts'
import { logIn, logOut, refresh } from './sessions.ts'

/** Refreshes of one network: a room of a hundred phones refreshes ten times a minute. */
const refreshLimit = { name: 'refresh', points: 600, seconds: 60, by: 'network' } as const

/** Log in, stay logged in, log out, who am I. */
export function sessionRoutes(parts: SessionParts): Route[] {
  return [tenantRoute(), loginRoute(parts), refreshRoute(parts), logoutRoute(parts), meRoute(parts), passwordRoute(parts)]
}

function tenantRoute(): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/tenant', summary: 'The office at this address.', tag: 'identity',
    access: anyone, reply: { 200: tenantInfoSchema },
    handle: ({ context }) => ({ status: 200, body: tenantInfo(context.tenant) })
  })
}

function loginRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path, summary: 'Logs a person in on a device; the refresh token comes as an HttpOnly cookie.', tag: 'identity',
    access: anyone, body: loginSchema, reply: { 200: sessionReplySchema },
    async handle({ body, context }) {
      const opened = await logIn(parts, context.tenant, { ...body, ip: context.ip, requestId: context.requestId })
      return sessionAnswer(parts, context, opened)
    }
  })
}

function refreshRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${path}/refresh`, summary: 'Exchanges the refresh cookie for a new access token and cookie.', tag: 'identity',
    access: anyone, limit: refreshLimit, reply: { 200: sessionReplySchema },
    async handle({ context }) {
      const token = refreshCookieOf(context)
      if (token === undefined) throw new AppError('unauthenticated')
      return sessionAnswer(parts, context, await refresh(parts, context.tenant, token))
    }
  })
}

function logoutRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'delete', path, summary: 'Ends the session of the cookie or access token. Local data stays on the device.', tag: 'identity',
    access: anyone, reply: { 204: noBody },
    async handle({ context }) {
      const refreshToken = refreshCookieOf(context)
      await logOut(parts, context.tenant, { refreshToken, session: context.session })
      return { status: 204, body: undefined, headers: { 'Set-Cookie': refreshCookie(context, { value: '', maxAge: 0, secure: parts.config.COOKIE_SECURE }) } }
    }
  })
}

function meRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'get', whileLimited: true, path, summary: 'Who is logged in, and what this person may do.', tag: 'identity',
    access: signedIn, reply: { 200: sessionInfoSchema },
    async handle({ context }) {
      const { actor, session, tenant } = context
      const deviceId = actor.deviceId ?? ''
      const user = await parts.loader.load({ tenantId: tenant.tenantId, userId: actor.userId ?? '', deviceId, familyId: session.familyId })
      return { status: 200, body: sessionInfo({ ...user, deviceId }, { ...parts, tenant }) }
    }
  })
}
