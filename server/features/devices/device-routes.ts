import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import { deviceListSchema, devicePageSize, deviceSchema, type Device } from '#shared/devices/device.ts'
import { stolenSchema } from '#shared/devices/device-orders.ts'
import { pageOf, pageQuerySchema } from '#shared/list-page.ts'
import { mayDoToAll } from '#shared/identity/access-policy.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { DevicesNeeds } from './needs.ts'

const columns = `d.id, d.user_id as "userId", d.label, d.status, d.created_at as "createdAt", d.last_seen_at as "lastSeenAt",
  d.last_pull_at as "lastPullAt", d.app_version as "appVersion", d.unsent_count as "unsentCount", d.oldest_unsent_at as "oldestUnsentAt",
  d.unsent_items as "unsentItems", d.given_up as "givenUp", d.wiped_at as "wipedAt",
  (select count(distinct c)::int from quarantined_queue q cross join unnest(q.command_ids) c
    where q.tenant_id = d.tenant_id and q.device_id = d.id and q.source = 'revoked') as surrendered,
  (select case when u.status = 'active' then 'active' when exists (select 1 from device_key k
     where k.tenant_id = d.tenant_id and k.device_id = d.id and k.user_id = u.id) then 'disabled' else 'gone' end
   from user_account u where u.tenant_id = d.tenant_id and u.id = d.user_id) as person`

/** Those that were never seen come last. */
const seen = (table: string) => `coalesce(${table}.last_seen_at, '-infinity')`

export function deviceRoutes(needs: DevicesNeeds): Route[] {
  return [listRoute(needs), revokeRoute(needs), stolenRoute(needs)]
}

function listRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/devices', summary: 'Own devices; all of the office for those who may see them.', tag: 'devices',
    access: may('device.read'), query: pageQuerySchema(devicePageSize), reply: { 200: deviceListSchema },
    async handle({ query: { after, limit }, context: { actor } }) {
      const ownOnly = !mayDoToAll(actor, 'device.read')
      const { rows } = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
        tx.query<Device>(
          `select ${columns} from device d
            where d.tenant_id = $1 and ($2::uuid is null or d.user_id = $2)
              and ($3::uuid is null or (${seen('d')}, d.id) < (select ${seen('a')}, a.id from device a where a.tenant_id = $1 and a.id = $3))
            order by ${seen('d')} desc, d.id desc limit $4`,
          [tx.tenantId, ownOnly ? actor.userId : null, after ?? null, limit + 1]
        )
      )
      const { page, next } = pageOf(rows, limit)
      return { status: 200, body: { devices: page, next } }
    }
  })
}

function revokeRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/devices/:id/revoke', summary: 'Ends every session of a device; at its next contact it surrenders what is unsent and wipes itself.', tag: 'devices',
    access: may('device.revoke'), params: z.object({ id: uuidSchema }), reply: { 200: deviceSchema },
    handle: ({ params, context }) => endDevice(needs, context, { deviceId: params.id, status: 'revoked', reason: null })
  })
}

function stolenRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/devices/:id/stolen', summary: 'Ends every session of a device; at its next contact it wipes itself at once, with what was unsent.', tag: 'devices',
    access: may('device.revoke'), params: z.object({ id: uuidSchema }), body: stolenSchema, reply: { 200: deviceSchema },
    handle: ({ params, body, context }) => endDevice(needs, context, { deviceId: params.id, status: 'stolen', reason: body.reason })
  })
}

interface Ending {
  deviceId: string
  status: 'revoked' | 'stolen'
  reason: string | null
}

/** Keeps the device out and forgets the keys to what it holds. One reported stolen stays so; a wiped one is not asked again. */
async function endDevice(needs: DevicesNeeds, context: RequestContext<Actor>, { deviceId, status, reason }: Ending): Promise<{ status: 200; body: Device }> {
  const { actor } = context
  const done = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
    const at = new Date(needs.clock.now())
    const { rowCount } = await tx.query(
      `update device set status = $3, revoked_at = coalesce(revoked_at, $4), revoked_by = $5, revoke_reason = coalesce($6, revoke_reason)
       where tenant_id = $1 and id = $2 and (status = 'active' or status = 'revoked' and $3 = 'stolen' and wiped_at is null)`,
      [tx.tenantId, deviceId, status, at, actor.userId, reason]
    )
    const { rows } = await tx.query<Device>(`select ${columns} from device d where d.tenant_id = $1 and d.id = $2`, [tx.tenantId, deviceId])
    const device = rows[0]
    if (!device) throw new AppError('not_found', 'There is no such device.')
    if (rowCount === 1) {
      await recordAudit(tx, needs, { action: `device.${status}`, actor, requestId: context.requestId, subject: { type: 'device', id: deviceId }, after: { reason } })
    }
    for (const gone of ['device_key', 'surrender_token']) await tx.query(`delete from ${gone} where tenant_id = $1 and device_id = $2`, [tx.tenantId, deviceId])
    return { device, ended: await needs.endSessionsOfDevice(tx, deviceId) }
  })
  await done.ended.tell()
  return { status: 200, body: done.device }
}
