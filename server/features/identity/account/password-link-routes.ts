import { z } from 'zod'
import { choosePasswordSchema, forgottenSchema, linkBodySchema, passwordLinkSchema, userLinkBodySchema, userLinkSchema } from '#shared/identity/account.ts'
import { uuidSchema } from '#shared/ids.ts'
import { anyone, may } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { SessionParts } from '../needs.ts'
import type { Background } from './in-the-background.ts'
import { choosePassword, giveLink, readPasswordLink, sendForgotten } from './password-links.ts'

const path = '/api/v1/password-links'
const askLimit = { name: 'password-link-ask', points: 20, seconds: 15 * 60, by: 'network' } as const
const useLimit = { name: 'password-link-use', points: 60, seconds: 15 * 60, by: 'network' } as const

/** The ways to a password without knowing one: first logins, and forgotten ones. */
export function passwordLinkRoutes(parts: SessionParts, background: Background): Route[] {
  return [giveRoute(parts), askRoute(parts, background), readRoute(parts), chooseRoute(parts)]
}

function giveRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/users/:id/link', tag: 'identity',
    summary: 'A link with which a person chooses a password: sent by e-mail, or shown once to be handed over. Ends the one before.',
    access: may('user.manage'), params: z.object({ id: uuidSchema }), body: userLinkBodySchema, reply: { 201: userLinkSchema },
    async handle({ params, body, context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const asked = { userId: params.id, send: body.send, granterId: actor.userId }
      const link = await parts.database.withTenant(who, (tx) => giveLink(parts, tx, asked))
      return { status: 201, body: { path: link.path, expiresAt: new Date(link.expiresAt).toISOString() } }
    }
  })
}

function askRoute(parts: SessionParts, background: Background): Route {
  return defineRoute({
    method: 'post', path, summary: 'Sends a link for a new password, if there is such an account. The answer does not tell.', tag: 'identity',
    access: anyone, limit: askLimit, body: forgottenSchema, reply: { 204: noBody },
    handle({ body, context }) {
      background.run(() => sendForgotten(parts, context.tenant, body.login))
      return { status: 204, body: undefined }
    }
  })
}

function readRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${path}/read`, summary: 'Whose link it is, without using it.', tag: 'identity',
    access: anyone, limit: useLimit, body: linkBodySchema, reply: { 200: passwordLinkSchema },
    async handle({ body, context }) {
      const read = parts.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) => readPasswordLink(parts, tx, body.token), { readOnly: true })
      return { status: 200, body: await read }
    }
  })
}

function chooseRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${path}/use`, summary: 'Chooses a password with a link; ends every session of the person.', tag: 'identity',
    access: anyone, limit: useLimit, body: choosePasswordSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      await choosePassword(parts, context.tenant, body)
      return { status: 204, body: undefined }
    }
  })
}
