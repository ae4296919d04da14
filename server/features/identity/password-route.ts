import { AppError } from '#shared/errors.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { passwordChangeSchema } from '#shared/identity/session.ts'
import { notKept } from '../../audit/changed-fields.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { signedIn } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import { endPasswordLinks } from './account/password-links.ts'
import { refuseWeakPassword } from './account/weak-passwords.ts'
import { endOtherSessions } from './refresh-token-store.ts'
import type { SessionParts } from './needs.ts'

const refused = (path: string) => new AppError('invalid_request', 'The present password is not right.', [{ path, message: 'Not right' }])

/** A person's own password. Guesses count as guesses at a login do. */
export function passwordRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/session/password', summary: 'Changes the own password and ends the other sessions of the person.', tag: 'identity',
    access: signedIn, body: passwordChangeSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      const { tenantId, userId } = context.actor
      await checkOwnPassword(parts, context, { password: body.current, path: 'current' })
      refuseWeakPassword(body.next, [context.tenant.name, context.actor.name], 'next')
      const passwordHash = await parts.hasher.hash(body.next)
      await parts.database.withTenant({ tenantId, actorId: userId }, async (tx) => {
        await tx.query('update user_account set password_hash = $2 where id = $1', [userId, passwordHash])
        await endPasswordLinks(parts, tx, userId ?? '')
        await recordAudit(tx, parts, { action: 'user.change', actor: context.actor, requestId: context.requestId, subject: { type: 'user', id: userId }, after: { password: notKept } })
        await endOtherSessions(tx, { userId: userId ?? '', familyId: context.session.familyId }, context.clock.now())
      })
      parts.loader.forget(tenantId)
      return { status: 204, body: undefined }
    }
  })
}

/** Before what a borrowed phone must not do. Throws `invalid_request` that names `path`, or a 429 after too many guesses. */
export async function checkOwnPassword(parts: SessionParts, context: RequestContext<Actor>, given: { password: string; path: string }): Promise<void> {
  const { tenantId, userId } = context.actor
  const attempt = { tenantId, login: `own password of ${userId}`, ip: context.ip }
  await parts.limits.begin(attempt)
  const { rows } = await parts.database.withTenant({ tenantId, actorId: userId }, (tx) =>
    tx.query<{ password_hash: string | null }>('select password_hash from user_account where id = $1', [userId])
  )
  if (!(await parts.hasher.verify(rows[0]?.password_hash ?? null, given.password))) {
    await parts.limits.failed(attempt)
    throw refused(given.path)
  }
  await parts.limits.succeeded(attempt)
}
