import {
  defaultRetention, retentionChangeSchema, retentionRuleNames, retentionStateSchema, retentionTrialSchema, type RetentionRules
} from '#shared/privacy/retention.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PrivacyNeeds } from './needs.ts'
import { applyRetention } from './retention.ts'

const access = may('privacy.manage')
const tag = 'privacy'
const path = '/api/v1/privacy/retention'

/** The owner sees what a rule would meet before he switches it on; the scheduler applies what is on. */
export function retentionRoutes(needs: PrivacyNeeds): Route[] {
  return [stateRoute(needs), changeRoute(needs)]
}

function stateRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path, summary: 'The rules of retention, which are on, and how many records each would meet now', tag, access,
    limit: { name: 'privacy-retention', points: 60, seconds: 60, by: 'actor' },
    query: retentionTrialSchema, reply: { 200: retentionStateSchema },
    async handle({ query, context: { actor } }) {
      const on = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, rulesOn, { readOnly: true })
      const given = Object.fromEntries(Object.entries(query).filter(([, days]) => days !== undefined))
      const rules: RetentionRules = { ...defaultRetention, ...on, ...given }
      const due = await applyRetention(needs, actor.tenantId, { rules, dryRun: true })
      return { status: 200, body: { rules: retentionRuleNames.map((rule) => ({ rule, on: on[rule] !== undefined, days: rules[rule], due: due[rule] })) } }
    }
  })
}

function changeRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'patch', path, summary: 'Switches a rule of retention on with its days, or off', tag, access,
    body: retentionChangeSchema, reply: { 204: noBody },
    async handle({ body: { rule, days }, context: { actor, requestId } }) {
      await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const before = (await rulesOn(tx))[rule] ?? null
        await tx.query('update tenant set retention = jsonb_strip_nulls(retention || jsonb_build_object($2::text, $3::int)) where tenant_id = $1', [tx.tenantId, rule, days])
        await recordAudit(tx, needs, { action: 'privacy.retention-rule', actor, requestId, before: { [rule]: before }, after: { [rule]: days } })
      })
      return { status: 204, body: undefined }
    }
  })
}

/** What the owner switched on, in days. */
export async function rulesOn(tx: Tx): Promise<Partial<RetentionRules>> {
  const { rows } = await tx.query<{ retention: Partial<RetentionRules> }>('select retention from tenant where tenant_id = $1', [tx.tenantId])
  return rows[0]?.retention ?? {}
}
