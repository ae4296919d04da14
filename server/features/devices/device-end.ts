import type { EndingOrders } from '#shared/devices/device-orders.ts'
import { recordAudit, type AuditParts } from '../../audit/record-audit.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** Who held a session on a device, whether or not it has ended. */
export interface Holder {
  userId: string
  deviceId: string
}

export type DeviceEnd = Pick<EndingOrders, 'order' | 'whose'>

/** How the rows say that this person's work on this device ends; null while both are active. */
export async function readEnd(tx: Tx, { userId, deviceId }: Holder): Promise<DeviceEnd | null> {
  const { rows } = await tx.query<{ device: string; wiped: boolean; person: string }>(
    `select d.status as device, d.wiped_at is not null as wiped, u.status as person
       from device d join user_account u on u.tenant_id = d.tenant_id and u.id = $2 where d.tenant_id = $3 and d.id = $1`,
    [deviceId, userId, tx.tenantId]
  )
  const [found] = rows
  if (!found) return null
  if (found.device === 'stolen' || found.wiped) return { order: 'wipe', whose: 'device' }
  if (found.device === 'revoked') return { order: 'surrender', whose: 'device' }
  return found.person === 'active' ? null : { order: 'surrender', whose: 'person' }
}

/**
 * The device says that nothing is left. What it held unsent stays on record where it could not surrender it. Saying it again
 * changes nothing.
 */
export async function noteWiped(tx: Tx, parts: AuditParts, said: Holder & { whose: DeviceEnd['whose']; requestId: string }): Promise<void> {
  const changed =
    said.whose === 'device'
      ? tx.query(
          `update device set wiped_at = $2,
             unsent_count = case when status = 'stolen' then unsent_count else 0 end,
             oldest_unsent_at = case when status = 'stolen' then oldest_unsent_at end,
             unsent_items = case when status = 'stolen' then unsent_items else '[]' end
           where tenant_id = $3 and id = $1 and wiped_at is null`,
          [said.deviceId, new Date(parts.clock.now()), tx.tenantId]
        )
      : tx.query('delete from device_key where tenant_id = $3 and device_id = $1 and user_id = $2', [said.deviceId, said.userId, tx.tenantId])
  if ((await changed).rowCount === 0) return
  const { userId, deviceId, whose, requestId } = said
  await recordAudit(tx, parts, { action: 'device.wiped', actor: { userId, role: 'system', deviceId }, requestId, subject: { type: 'device', id: deviceId }, after: { whose } })
}
