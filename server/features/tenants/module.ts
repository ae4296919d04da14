import { z } from 'zod'
import { setupSchema, setupStepSchema, tenantChangeSchema } from '#shared/tenants/setup.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute } from '../../http/define-route.ts'
import type { Module } from '../../module.ts'
import type { TenantNeeds } from './needs.ts'
import { brandingRoutes } from './branding-routes.ts'
import { sampleRoutes } from './samples/sample-routes.ts'
import { changeTenant, markStep, readSetup } from './setup-store.ts'

/** The office's own facts and its set-up. */
export function createTenantsModule(needs: TenantNeeds): Module {
  const { database, newId } = needs
  const facts = { tag: 'tenants', access: may('tenant.manage'), reply: { 200: setupSchema } } as const
  return {
    name: 'tenants',
    routes: [
      ...brandingRoutes(needs),
      ...sampleRoutes(needs),
      defineRoute({
        ...facts,
        method: 'get',
        path: '/api/v1/setup',
        summary: 'Facts of the office and how far its set-up is.',
        async handle({ context: { actor } }) {
          return { status: 200, body: await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, readSetup, { readOnly: true }) }
        }
      }),
      defineRoute({
        ...facts,
        method: 'patch',
        path: '/api/v1/tenant',
        summary: 'Changes facts of the office: name, languages, time zone, working hours, holidays.',
        body: tenantChangeSchema,
        async handle({ body, context: { actor, clock, requestId } }) {
          const setup = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
            await changeTenant(tx, body)
            await recordAudit(tx, { newId, clock }, { action: 'tenant.change', actor, requestId, after: body })
            return readSetup(tx)
          })
          return { status: 200, body: setup }
        }
      }),
      defineRoute({
        ...facts,
        method: 'post',
        path: '/api/v1/setup/steps/:step',
        summary: 'Says that a step of the set-up is done, or is not.',
        params: z.object({ step: setupStepSchema }),
        body: z.strictObject({ done: z.boolean() }),
        async handle({ params, body, context: { actor } }) {
          const setup = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
            await markStep(tx, params.step, body.done)
            return readSetup(tx)
          })
          return { status: 200, body: setup }
        }
      })
    ]
  }
}
