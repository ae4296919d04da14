import { AppError } from '#shared/errors.ts'
import { deviceOrdersSchema } from '#shared/devices/device-orders.ts'
import { anyone } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import { noteWiped, readEnd, type DeviceEnd, type Holder } from './device-end.ts'
import type { DevicesNeeds } from './needs.ts'
import { issueToken } from './surrender-token.ts'

/** Below the session, where the refresh cookie is sent. */
const path = '/api/v1/session'
const limit = { name: 'orders', points: 120, seconds: 60, by: 'network' } as const

/** What a device whose session has ended has to do, and its word that it is done. Both are asked with the refresh cookie of old. */
export function ordersRoutes(needs: DevicesNeeds): Route[] {
  return [ordersRoute(needs), wipedRoute(needs)]
}

function ordersRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: `${path}/orders`, summary: 'What a device has to do whose session was refused: nothing, surrender its queue, or wipe itself.', tag: 'devices',
    access: anyone, limit, reply: { 200: deviceOrdersSchema },
    async handle({ context }) {
      const { tenantId } = context.tenant
      const orders = await withHolder(needs, context, async (tx, holder, end) => {
        if (end === null) return { order: 'none' as const }
        const uploadToken = end.order === 'surrender' ? await issueToken(tx, holder, { whose: end.whose, now: needs.clock.now() }) : null
        await tx.query('update device set last_seen_at = $3 where tenant_id = $1 and id = $2', [tenantId, holder.deviceId, new Date(needs.clock.now())])
        return { ...end, deviceId: holder.deviceId, userId: holder.userId, uploadToken, rescueKey: needs.rescueKeyOf(tenantId) }
      })
      return { status: 200, body: orders }
    }
  })
}

function wipedRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: `${path}/wiped`, summary: 'A device that was told to wipe itself says that nothing is left.', tag: 'devices',
    access: anyone, limit, reply: { 204: noBody },
    async handle({ context }) {
      await withHolder(needs, context, async (tx, holder, end) => {
        if (end === null) throw new AppError('conflict', 'Nobody has told this device to wipe itself.')
        await noteWiped(tx, needs, { ...holder, whose: end.whose, requestId: context.requestId })
      })
      return { status: 204, body: undefined, headers: { 'Set-Cookie': needs.refreshCookie.removal(context) } }
    }
  })
}

async function withHolder<Result>(
  needs: DevicesNeeds,
  context: RequestContext,
  work: (tx: Parameters<typeof readEnd>[0], holder: Holder, end: DeviceEnd | null) => Promise<Result>
): Promise<Result> {
  return needs.database.withTenant({ tenantId: context.tenant.tenantId }, async (tx) => {
    const holder = await needs.refreshCookie.holder(tx, context)
    if (!holder) throw new AppError('unauthenticated')
    return work(tx, holder, await readEnd(tx, holder))
  })
}
