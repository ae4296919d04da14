import { wardListSchema, wardOutlinesSchema, type WardName } from '#shared/territories/ward-list.ts'
import { may } from '../../http/access.ts'
import { defineRoute, JsonText, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import { createOutlineReader } from './ward-outlines.ts'

/** The wards of the office: their names, and their outlines to draw. */
export function wardRoutes({ database }: Pick<Platform, 'database'>): Route[] {
  return [listRoute({ database }), outlinesRoute({ database })]
}

function listRoute({ database }: Pick<Platform, 'database'>): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/wards',
    summary: 'All wards by number, without outlines.',
    tag: 'territories',
    access: may('ward.read'),
    reply: { 200: wardListSchema },
    async handle({ context: { actor } }) {
      const { rows } = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
        tx.query<WardName>(
          `select id, number, name, names from ward where tenant_id = $1
           order by substring(number from '^[0-9]{1,9}')::int nulls last, name, id limit 5000`,
          [tx.tenantId]
        )
      )
      return { status: 200, body: { wards: rows } }
    }
  })
}

function outlinesRoute({ database }: Pick<Platform, 'database'>): Route {
  const readOutlines = createOutlineReader()
  return defineRoute({
    method: 'get',
    path: '/api/v1/wards/outlines',
    summary: 'Outlines of all wards as GeoJSON, simplified for drawing; answers 304 to a known ETag.',
    tag: 'territories',
    access: may('ward.read'),
    reply: { 200: wardOutlinesSchema },
    async handle({ context: { actor } }) {
      const text = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, readOutlines, {
        readOnly: true
      })
      return { status: 200, body: new JsonText(text), headers: { 'Cache-Control': 'private, no-cache' } }
    }
  })
}
