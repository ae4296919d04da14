import { z } from 'zod'
import type { Actor } from '#shared/identity/actor.ts'
import { uuidSchema } from '#shared/ids.ts'
import { breachChangeSchema, breachClosingSchema, breachPageQuerySchema, breachPageSchema, breachStepSchema, newBreachSchema, type Breach } from '#shared/privacy/breach.ts'
import { recordAudit, type AuditEntry } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { PrivacyNeeds } from '../needs.ts'
import { affectedRoutes } from './affected-routes.ts'
import { closeBreach, holdOpenBreach, listBreaches, markStep, writeWords } from './breach-store.ts'
import { recordBreach } from './record-breach.ts'

const access = may('privacy.manage')
const tag = 'privacy'
const path = '/api/v1/breaches'
const params = z.object({ id: uuidSchema })

/** What went wrong with people's data: written down, its 72 hours, what was done, who is to be told, closed. Each change is in the audit, its words are not. */
export function breachRoutes(needs: PrivacyNeeds): Route[] {
  return [listRoute(needs), recordRoute(needs), changeRoute(needs), stepRoute(needs), closeRoute(needs), ...affectedRoutes(needs)]
}

function listRoute({ database }: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path, summary: 'Breaches, the newest first, each with its clock by the server and the steps that are done', tag, access, query: breachPageQuerySchema, reply: { 200: breachPageSchema },
    async handle({ query, context: { actor, clock } }) {
      const page = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) => listBreaches(tx, query), { readOnly: true })
      return { status: 200, body: { now: new Date(clock.now()).toISOString(), ...page } }
    }
  })
}

function recordRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path, summary: 'Records a breach; the 72 hours run from the moment it was noticed', tag, access, body: newBreachSchema, reply: { 201: z.object({ id: uuidSchema }) },
    async handle({ body, context: { actor, requestId } }) {
      const { id } = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) => recordBreach(tx, needs, { breach: body, by: { actor, requestId } }))
      return { status: 201, body: { id } }
    }
  })
}

type Change = Pick<AuditEntry, 'action' | 'before' | 'after'>

/** A change of one open breach and its row in the audit. */
async function change(needs: PrivacyNeeds, { id, actor, requestId }: { id: string; actor: Actor; requestId: string }, work: (tx: Tx, breach: Breach) => Promise<Change>) {
  await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
    const done = await work(tx, await holdOpenBreach(tx, id))
    await recordAudit(tx, needs, { ...done, actor, requestId, subject: { type: 'breach', id } })
  })
  return { status: 204 as const, body: undefined }
}

function changeRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'patch', path: `${path}/:id`, summary: 'Says more of a breach as it becomes known', tag, access, params, body: breachChangeSchema, reply: { 204: noBody },
    handle: ({ params: { id }, body: { words }, context }) =>
      change(needs, { ...context, id }, async (tx, breach) => {
        await writeWords(tx, id, { ...breach.words, ...words })
        return { action: 'breach.change', after: { words: Object.keys(words) } }
      })
  })
}

function stepRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: `${path}/:id/steps`, summary: 'Ticks a step of a breach off, or takes the tick back', tag, access, params, body: breachStepSchema, reply: { 204: noBody },
    handle: ({ params: { id }, body: { step, done }, context }) =>
      change(needs, { ...context, id }, async (tx) => {
        await markStep(tx, { id, step }, done ? { at: needs.clock.now(), by: context.actor.userId } : null)
        return { action: 'breach.step', after: { step, done } }
      })
  })
}

function closeRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: `${path}/:id/close`, summary: 'Closes a breach with a reason; nothing of it changes any more', tag, access, params, body: breachClosingSchema, reply: { 204: noBody },
    handle: ({ params: { id }, body: { reason }, context }) =>
      change(needs, { ...context, id }, async (tx, breach) => {
        await closeBreach(tx, id, { at: needs.clock.now(), by: context.actor.userId, reason })
        return { action: 'breach.close', after: { steps: breach.steps.map(({ step }) => step) } }
      })
  })
}
