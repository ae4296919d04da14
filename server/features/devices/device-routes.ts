import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import { deviceListSchema, deviceSchema, type Device } from '#shared/devices/device.ts'
import { mayDo } from '#shared/identity/access-policy.ts'
import { may, signedIn } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { DevicesNeeds } from './needs.ts'

const columns = `id, user_id as "userId", label, status, created_at as "createdAt", last_seen_at as "lastSeenAt",
  last_pull_at as "lastPullAt", app_version as "appVersion", unsent_count as "unsentCount", oldest_unsent_at as "oldestUnsentAt", unsent_items as "unsentItems"`

export function deviceRoutes(needs: DevicesNeeds): Route[] {
  return [listRoute(needs), revokeRoute(needs)]
}

function listRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/devices', summary: 'Own devices; all of the office for those who may revoke them.', tag: 'devices',
    access: signedIn, reply: { 200: deviceListSchema },
    async handle({ context: { actor } }) {
      const ownOnly = !mayDo(actor.role, 'device.revoke')
      const { rows } = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
        tx.query<Device>(
          `select ${columns} from device where $1::uuid is null or user_id = $1 order by last_seen_at desc nulls last, id limit 5000`,
          [ownOnly ? actor.userId : null]
        )
      )
      return { status: 200, body: { devices: rows } }
    }
  })
}

function revokeRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/devices/:id/revoke', summary: 'Ends every session of a device, keeps it out and forgets the keys to what it holds.', tag: 'devices',
    access: may('device.revoke'), params: z.object({ id: uuidSchema }), reply: { 200: deviceSchema },
    async handle({ params, context: { actor } }) {
      const done = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const { rows } = await tx.query<Device>(`update device set status = 'revoked' where id = $1 returning ${columns}`, [params.id])
        const device = rows[0]
        if (!device) throw new AppError('not_found', 'There is no such device.')
        await tx.query('delete from device_key where device_id = $1', [params.id])
        return { device, ended: await needs.endSessionsOfDevice(tx, params.id) }
      })
      await done.ended.tell()
      return { status: 200, body: done.device }
    }
  })
}
