import { pageOf, pageQuerySchema } from '#shared/list-page.ts'
import { wardListSchema, wardOutlinesSchema, wardPageSize, type WardName } from '#shared/territories/ward-list.ts'
import { may } from '../../http/access.ts'
import { defineRoute, JsonText, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import { createOutlineReader } from './ward-outlines.ts'

/** The wards of the office: their names, and their outlines to draw. */
export function wardRoutes({ database }: Pick<Platform, 'database'>): Route[] {
  return [listRoute({ database }), outlinesRoute({ database })]
}

/** By the number that a ward's number begins with, of at most nine digits; those without one after all others. */
const place = (ward: string) => `coalesce(substring(${ward}.number from '^[0-9]{1,9}')::int, 1000000000), ${ward}.name, ${ward}.id`

function listRoute({ database }: Pick<Platform, 'database'>): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/wards',
    summary: 'The wards by number, without outlines.',
    tag: 'territories',
    access: may('ward.read'),
    query: pageQuerySchema(wardPageSize),
    reply: { 200: wardListSchema },
    async handle({ query: { after, limit }, context: { actor } }) {
      const { rows } = await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
        tx.query<WardName>(
          `select w.id, w.number, w.name, w.names from ward w
           where w.tenant_id = $1 and ($2::uuid is null or (${place('w')}) > (select ${place('a')} from ward a where a.tenant_id = $1 and a.id = $2))
           order by ${place('w')} limit $3`,
          [tx.tenantId, after ?? null, limit + 1]
        )
      )
      const { page: wards, next } = pageOf(rows, limit)
      return { status: 200, body: { wards, next } }
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
