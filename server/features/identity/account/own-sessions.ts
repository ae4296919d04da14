import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { sessionListSchema, type OwnSession } from '#shared/identity/own-sessions.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { uuidSchema } from '#shared/ids.ts'
import { signedIn } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { endOtherSessions, endSessions } from '../refresh-token-store.ts'
import type { SessionParts } from '../needs.ts'
import { tellChanged } from '../sessions.ts'

const path = '/api/v1/sessions'

/** A person's own sessions: where he is logged in, and out of there. What the devices hold stays on them. */
export function ownSessionRoutes(parts: SessionParts): Route[] {
  return [listRoute(parts), endRoute(parts), endOthersRoute(parts)]
}

function listRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'get', path, summary: 'The own sessions, the last seen first.', tag: 'identity', access: signedIn, reply: { 200: sessionListSchema },
    async handle({ context }) {
      const list = parts.database.withTenant(who(context), (tx) => listSessions(tx, context, context.clock.now()), { readOnly: true })
      return { status: 200, body: { sessions: await list } }
    }
  })
}

function endRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'delete', path: `${path}/:id`, summary: 'Ends one of the own sessions.', tag: 'identity',
    access: signedIn, params: z.object({ id: uuidSchema }), reply: { 204: noBody },
    async handle({ params, context }) {
      const now = context.clock.now()
      const deviceId = await parts.database.withTenant(who(context), async (tx) => {
        const mine = (await listSessions(tx, context, now)).find(({ id }) => id === params.id)
        if (!mine) throw new AppError('not_found', 'There is no such session.')
        await endSessions(tx, { familyId: params.id }, now)
        return mine.deviceId
      })
      await tellChanged(parts, { tenantId: context.tenant.tenantId, userId: context.actor.userId ?? '', deviceId, reason: 'revoked' })
      return { status: 204, body: undefined }
    }
  })
}

function endOthersRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'delete', path, summary: 'Ends all of the own sessions but this one.', tag: 'identity', access: signedIn, reply: { 204: noBody },
    async handle({ context }) {
      const { userId, deviceId } = context.actor
      const ended = await parts.database.withTenant(who(context), async (tx) => {
        const sessions = await listSessions(tx, context, context.clock.now())
        await endOtherSessions(tx, { userId: userId ?? '', familyId: context.session.familyId }, context.clock.now())
        return new Set(sessions.map((session) => session.deviceId).filter((id) => id !== deviceId))
      })
      const { tenantId } = context.tenant
      for (const id of ended) await tellChanged(parts, { tenantId, userId: userId ?? '', deviceId: id, reason: 'revoked' })
      parts.loader.forget(tenantId)
      return { status: 204, body: undefined }
    }
  })
}

/** A session is a family of refresh tokens; it was seen when the last of them was made. */
async function listSessions(tx: Tx, { actor, session }: RequestContext<Actor>, nowMs: number): Promise<OwnSession[]> {
  const { rows } = await tx.query<OwnSession>(
    `select r.family_id as id, r.device_id as "deviceId", d.label as "deviceLabel", d.app_version as "appVersion",
            max(r.created_at) as "lastSeenAt", r.family_id = $3 as "isThis"
       from refresh_token r join device d on d.tenant_id = r.tenant_id and d.id = r.device_id
      where r.user_id = $1 and r.ended_at is null
      group by r.family_id, r.device_id, d.label, d.app_version
     having max(r.expires_at) > $2
      order by max(r.created_at) desc, r.family_id limit 200`,
    [actor.userId, new Date(nowMs), session.familyId]
  )
  return rows
}

const who = ({ actor }: RequestContext<Actor>) => ({ tenantId: actor.tenantId, actorId: actor.userId })
