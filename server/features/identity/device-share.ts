import { randomBytes } from 'node:crypto'
import type { Tx } from '../../postgres/transaction.ts'

/**
 * The server's share of the key to a person's copies on a device (decision 0012), as base64url of 32 bytes; made with the first
 * login there. Null for a revoked device or a disabled person. Whose it is comes from the session, never from the request.
 */
export async function releaseShare(tx: Tx, whose: { deviceId: string; userId: string }): Promise<string | null> {
  const ids = [whose.deviceId, whose.userId]
  await tx.query(
    `insert into device_key (tenant_id, device_id, user_id, share)
     select d.tenant_id, d.id, u.id, $3 from device d join user_account u on u.tenant_id = d.tenant_id
      where d.id = $1 and u.id = $2 and d.status = 'active' and u.status = 'active'
     on conflict do nothing`,
    [...ids, randomBytes(32)]
  )
  const { rows } = await tx.query<{ share: Buffer }>(
    `select k.share from device_key k
       join device d on d.tenant_id = k.tenant_id and d.id = k.device_id and d.status = 'active'
       join user_account u on u.tenant_id = k.tenant_id and u.id = k.user_id and u.status = 'active'
      where k.device_id = $1 and k.user_id = $2`,
    ids
  )
  return rows[0]?.share.toString('base64url') ?? null
}
