import { oidcOfferSchema, oidcReturnReplySchema, oidcReturnSchema, oidcStartSchema, oidcStepSchema } from '#shared/identity/oidc.ts'
import { sessionReplySchema, type LoginDevice } from '#shared/identity/session.ts'
import { anyone } from '../../../http/access.ts'
import { cookieHeader } from '../../../http/cookies.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { sessionAnswer, sessionPath } from '../session-reply.ts'
import { beginOidc, finishOidc, finishStep } from './oidc-login.ts'
import type { OidcParts } from './oidc-parts.ts'
import { readProvider } from './provider-store.ts'

const path = `${sessionPath}/oidc`
const facts = { tag: 'identity', access: anyone } as const
/** An office of some hundred people behind one address logs in within a quarter of an hour. */
const limit = { points: 600, seconds: 15 * 60, by: 'network' } as const

/** Logging in by the provider of the office. No reply redirects: the page goes to an address that the server made, and comes back to its own. */
export function oidcLoginRoutes(parts: OidcParts): Route[] {
  return [offerRoute(parts), startRoute(parts), returnRoute(parts), stepRoute(parts)]
}

function offerRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'get', path, summary: 'Whether people can log in by a provider of the office, and what its button says.', reply: { 200: oidcOfferSchema },
    async handle({ context }) {
      const provider = await parts.database.withTenant({ tenantId: context.tenant.tenantId }, readProvider, { readOnly: true })
      return { status: 200, body: { label: provider?.label ?? null } }
    }
  })
}

function startRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'post', path, summary: 'Begins a login by the provider: where to send the browser, and a cookie that binds the way back to it.',
    repeatable: true, limit: { ...limit, name: 'oidc-start' }, reply: { 200: oidcStartSchema },
    async handle({ context }) {
      const { url, browser } = await beginOidc(parts, context)
      return { status: 200, body: { url }, headers: { 'Set-Cookie': browserCookie(parts, context, browser) } }
    }
  })
}

function returnRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'post', path: `${path}/return`, summary: 'Ends a login by the provider with what it put into the address; or asks for the own second step.',
    repeatable: true, limit: { ...limit, name: 'oidc-return' }, body: oidcReturnSchema, reply: { 200: oidcReturnReplySchema },
    async handle({ body, context }) {
      const outcome = await finishOidc(parts, callerOf(context, body.device), body)
      if (outcome.kind === 'step') return { status: 200, body: { asked: outcome.asked, ticket: outcome.ticket } }
      return withoutBrowser(parts, context, sessionAnswer(parts, context, outcome.opened))
    }
  })
}

function stepRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'post', path: `${path}/step`, summary: 'Ends a login by the provider with the own second step.',
    repeatable: true, limit: { ...limit, name: 'oidc-step' }, body: oidcStepSchema, reply: { 200: sessionReplySchema },
    async handle({ body, context }) {
      const opened = await finishStep(parts, callerOf(context, body.device), body)
      return withoutBrowser(parts, context, sessionAnswer(parts, context, opened))
    }
  })
}

/** Strict is enough: the provider's redirect opens a page of ours, and that page calls. */
function browserCookie(parts: OidcParts, context: RequestContext, value: string): string {
  const maxAge = value === '' ? 0 : 3600
  return cookieHeader(cookieName(context), value, { path: `${context.basePath}${path}`, maxAge, httpOnly: true, sameSite: 'Strict', secure: parts.config.COOKIE_SECURE })
}

function withoutBrowser(parts: OidcParts, context: RequestContext, answer: ReturnType<typeof sessionAnswer>) {
  return { ...answer, headers: { 'Set-Cookie': [answer.headers['Set-Cookie'], browserCookie(parts, context, '')] } }
}

const callerOf = (context: RequestContext, device: LoginDevice) =>
  ({ tenant: context.tenant, basePath: context.basePath, browser: context.cookie(cookieName(context)), requestId: context.requestId, device })

const cookieName = (context: RequestContext): string => `oidc_${context.tenant.slug}`
