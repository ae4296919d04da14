import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { DeviceEnd, Holder } from './device-end.ts'

/** Life of a token in milliseconds: a full file over the slowest line. */
export const surrenderTokenMs = 60 * 60_000

/** Whose work a token lets in: of this device, and of this person where one is named. */
export interface Surrenderer {
  deviceId: string
  userId: string | null
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
const refused = (): AppError => new AppError('unauthenticated', 'This upload token was used, has ended or was replaced. Ask for a new one.')

/** The only token of the device from now on. `now`: server clock, ms. */
export async function issueToken(tx: Tx, { deviceId, userId }: Holder, { whose, now }: Pick<DeviceEnd, 'whose'> & { now: number }): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await tx.query(
    `insert into surrender_token (tenant_id, device_id, token_hash, user_id, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, device_id) do update set token_hash = excluded.token_hash, user_id = excluded.user_id, expires_at = excluded.expires_at`,
    [tx.tenantId, deviceId, hashOf(token), whose === 'person' ? userId : null, new Date(now + surrenderTokenMs)]
  )
  return token
}

/** Before the upload is read. Throws `unauthenticated`. */
export async function checkToken(tx: Tx, token: string, now: number): Promise<Surrenderer> {
  const { rows } = await tx.query<Surrenderer>(
    'select device_id as "deviceId", user_id as "userId" from surrender_token where tenant_id = $1 and token_hash = $2 and expires_at > $3',
    [tx.tenantId, hashOf(token), new Date(now)]
  )
  if (!rows[0]) throw refused()
  return rows[0]
}

/** In the transaction that keeps the upload: one of two at once finds the token gone. Throws `unauthenticated`. */
export async function spendToken(tx: Tx, token: string, now: number): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    'delete from surrender_token where tenant_id = $1 and token_hash = $2 and expires_at > $3 returning device_id as id',
    [tx.tenantId, hashOf(token), new Date(now)]
  )
  if (!rows[0]) throw refused()
  await tx.query('update device set surrendered_at = $3 where tenant_id = $1 and id = $2', [tx.tenantId, rows[0].id, new Date(now)])
}
