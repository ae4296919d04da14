import { createHash } from 'node:crypto'
import type { Tx } from '../../postgres/transaction.ts'

/** A subscription with what a push to it needs of its owner. */
export interface PushSubscription {
  id: string
  userId: string
  userName: string
  language: string
  endpoint: string
  p256dh: string
  auth: string
  vapidKeyId: string
}

const columns = `s.id, s.user_id as "userId", u.name as "userName", u.language, s.endpoint, s.p256dh, s.auth, s.vapid_key_id as "vapidKeyId"`

/** Only those of active people on devices that were not revoked. */
const alive = `from push_subscription s
  join user_account u on u.tenant_id = s.tenant_id and u.id = s.user_id and u.status = 'active'
  join device d on d.tenant_id = s.tenant_id and d.id = s.device_id and d.status = 'active'`

export async function subscriptionsOf(tx: Tx, userIds: readonly string[]): Promise<PushSubscription[]> {
  const { rows } = await tx.query<PushSubscription>(
    `select ${columns} ${alive} where s.user_id = any ($1) order by s.id`,
    [userIds]
  )
  return rows
}

export async function subscriptionsById(tx: Tx, ids: readonly string[]): Promise<PushSubscription[]> {
  const { rows } = await tx.query<PushSubscription>(`select ${columns} ${alive} where s.id = any ($1)`, [ids])
  return rows
}

export interface NewSubscription {
  id: string
  userId: string
  deviceId: string
  endpoint: string
  p256dh: string
  auth: string
  vapidKeyId: string
}

/** One subscription per device and per endpoint: the newest one counts, and it belongs to who is logged in now. */
export async function saveSubscription(tx: Tx, given: NewSubscription): Promise<void> {
  const hash = createHash('sha256').update(given.endpoint).digest()
  await tx.query('delete from push_subscription where device_id = $1 or endpoint_hash = $2', [given.deviceId, hash])
  await tx.query(
    `insert into push_subscription (tenant_id, id, user_id, device_id, endpoint, endpoint_hash, p256dh, auth, vapid_key_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      tx.tenantId,
      given.id,
      given.userId,
      given.deviceId,
      given.endpoint,
      hash,
      given.p256dh,
      given.auth,
      given.vapidKeyId
    ]
  )
}

export async function removeSubscriptionOfDevice(tx: Tx, deviceId: string): Promise<void> {
  await tx.query('delete from push_subscription where device_id = $1', [deviceId])
}

export async function removeSubscription(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from push_subscription where id = $1', [id])
}

/** Refusals in a row after which a subscription is taken for dead: some services never answer 404 or 410. */
const mostFailures = 5

export async function countRefusal(tx: Tx, id: string): Promise<void> {
  await tx.query('update push_subscription set fail_count = fail_count + 1 where id = $1', [id])
  await tx.query('delete from push_subscription where id = $1 and fail_count >= $2', [id, mostFailures])
}

export async function forgetRefusals(tx: Tx, id: string): Promise<void> {
  await tx.query('update push_subscription set fail_count = 0 where id = $1 and fail_count > 0', [id])
}
