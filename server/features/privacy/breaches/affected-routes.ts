import { z } from 'zod'
import { uuidSchema } from '#shared/ids.ts'
import { pageOf, pageQuerySchema } from '#shared/list-page.ts'
import { affectedPageSchema } from '#shared/privacy/breach.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRawRoute, defineRoute, type Route } from '../../../http/define-route.ts'
import type { PrivacyNeeds } from '../needs.ts'
import { affectedFile, affectedPeople } from './affected-people.ts'
import { reachOf } from './breach-reach.ts'
import { findBreach } from './breach-store.ts'

const access = may('privacy.manage')
const tag = 'privacy'
const params = z.object({ id: uuidSchema })

/** Who is to be told: as a list without addresses, and as the file for the notice. As things are assigned when it is asked. */
export function affectedRoutes(needs: PrivacyNeeds): Route[] {
  return [listRoute(needs), exportRoute(needs)]
}

function listRoute({ database }: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/breaches/:id/affected', summary: 'Who is to be told of a breach, without addresses', tag, access, params, query: pageQuerySchema(200),
    limit: { name: 'breach-affected', points: 60, seconds: 60, by: 'actor' }, reply: { 200: affectedPageSchema },
    async handle({ params: { id }, query: { after = '', limit }, context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const all = await database.withTenant(who, async (tx) => affectedPeople(tx, await reachOf(tx, (await findBreach(tx, id)).scope)), { readOnly: true })
      const { page, next } = pageOf(all.filter((one) => one.id > after), limit)
      const people = page.map((one) => ({ id: one.id, name: one.name, language: one.language, hasPhone: one.phone !== '', hasEmail: one.email !== '' }))
      return { status: 200, body: { total: all.length, people, next } }
    }
  })
}

function exportRoute(needs: PrivacyNeeds): Route {
  return defineRawRoute({
    method: 'get', path: '/api/v1/breaches/:id/export', summary: 'Who is to be told of a breach, with addresses, as CSV. Written down. The law asks for this notice, whatever consent says.', tag, access, params,
    contentType: 'text/csv', limit: { name: 'breach-export', points: 20, seconds: 3600, by: 'actor' },
    async handle(...[, response, { actor, requestId }, { params: { id } }]) {
      const people = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const found = await affectedPeople(tx, await reachOf(tx, (await findBreach(tx, id)).scope))
        await recordAudit(tx, needs, { action: 'breach.export', actor, requestId, subject: { type: 'breach', id }, after: { affected: found.length } })
        return found
      })
      response.setHeader('Content-Type', 'text/csv; charset=utf-8')
      response.setHeader('Content-Disposition', 'attachment; filename="affected.csv"')
      response.setHeader('Cache-Control', 'no-store')
      response.end(affectedFile(people))
    }
  })
}
