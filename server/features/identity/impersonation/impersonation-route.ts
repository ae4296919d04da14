import { linkBodySchema } from '#shared/identity/account.ts'
import { sessionReplySchema } from '#shared/identity/session.ts'
import { anyone } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { SessionParts } from '../needs.ts'
import { sessionAnswer, sessionPath } from '../session-reply.ts'
import { beginImpersonation } from './impersonate.ts'

const useLimit = { name: 'impersonation', points: 20, seconds: 15 * 60, by: 'network' } as const

/** The door of the operator's link. The second step is not asked: it is the person's, and the operator has the machine. */
export function impersonationRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${sessionPath}/impersonation`, tag: 'identity',
    summary: "Opens the operator's session in the place of a person, with a link of `npm run tenant -- impersonate`.",
    access: anyone, limit: useLimit, body: linkBodySchema, reply: { 200: sessionReplySchema },
    async handle({ body, context }) {
      return sessionAnswer(parts, context, await beginImpersonation(parts, context.tenant, { token: body.token, requestId: context.requestId }))
    }
  })
}
