import { secondStepRuleSchema } from '#shared/identity/second-step.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { SessionParts } from '../needs.ts'
import { requireGrant } from '../roles/rights-store.ts'
import { tellChanged } from '../sessions.ts'
import { readStepRule, saveStepRule } from './second-step-rule.ts'

const path = '/api/v1/second-step-rule'
const facts = { tag: 'identity', access: may('user.manage'), reply: { 200: secondStepRuleSchema } } as const

/** Of which roles the office wants a second step at login. Changing it asks for all rights of an owner. */
export function secondStepRuleRoutes(parts: SessionParts): Route[] {
  return [readRoute(parts), changeRoute(parts)]
}

function readRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'get', path, summary: 'The roles that need a second step at login.',
    async handle({ context: { actor } }) {
      return { status: 200, body: await parts.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, readStepRule, { readOnly: true }) }
    }
  })
}

function changeRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', path, summary: 'Says which roles need a second step; who lacks it sets it up after the next login, before anything else.',
    body: secondStepRuleSchema,
    async handle({ body, context: { actor, requestId } }) {
      const after = await parts.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        await requireGrant(tx, actor.userId, { role: 'owner' })
        const before = await readStepRule(tx)
        await saveStepRule(tx, body)
        const saved = await readStepRule(tx)
        await recordAudit(tx, parts, { action: 'second_step.rule', actor, requestId, before: { ...before }, after: { ...saved } })
        return saved
      })
      await tellChanged(parts, { tenantId: actor.tenantId, userId: actor.userId ?? '', reason: 'scope_changed' })
      return { status: 200, body: after }
    }
  })
}
