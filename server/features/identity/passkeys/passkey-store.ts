import { AppError } from '#shared/errors.ts'
import type { Passkey } from '#shared/identity/passkey.ts'
import type { Tx } from '../../../postgres/transaction.ts'

const columns = `id, name, created_at as "createdAt", last_used_at as "lastUsedAt"`

export async function listPasskeys(tx: Tx, userId: string): Promise<Passkey[]> {
  const { rows } = await tx.query<Passkey>(`select ${columns} from passkey where user_id = $1 order by created_at, id`, [userId])
  return rows
}

/** Ids that authenticators gave to the passkeys of a person, base64url. */
export async function credentialIdsOf(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: Buffer }>('select credential_id as id from passkey where user_id = $1', [userId])
  return rows.map(({ id }) => id.toString('base64url'))
}

export interface NewCredential {
  id: string
  userId: string
  name: string
  credentialId: Buffer
  publicKey: Buffer
  signCount: number
  transports: readonly string[]
  nowMs: number
}

/** Throws `conflict` where the office has this credential already. */
export async function insertPasskey(tx: Tx, passkey: NewCredential): Promise<Passkey> {
  const { id, userId, credentialId, publicKey, signCount, transports, name, nowMs } = passkey
  const { rows } = await tx.query<Passkey>(
    `insert into passkey (tenant_id, id, user_id, credential_id, public_key, sign_count, transports, name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning ${columns}`,
    [tx.tenantId, id, userId, credentialId, publicKey, signCount, transports, name, new Date(nowMs)]
  )
  if (!rows[0]) throw new AppError('conflict', 'This passkey is known already.')
  return rows[0]
}

/** Throws `not_found`, also for a passkey of somebody else. */
export async function renamePasskey(tx: Tx, whose: { id: string; userId: string }, name: string): Promise<Passkey> {
  const { rows } = await tx.query<Passkey>(`update passkey set name = $3 where id = $1 and user_id = $2 returning ${columns}`, [whose.id, whose.userId, name])
  if (!rows[0]) throw noPasskey()
  return rows[0]
}

/** Throws `not_found`, also for a passkey of somebody else. */
export async function removePasskey(tx: Tx, whose: { id: string; userId: string }): Promise<void> {
  const { rowCount } = await tx.query('delete from passkey where id = $1 and user_id = $2', [whose.id, whose.userId])
  if (rowCount !== 1) throw noPasskey()
}

/** Ids of those removed. */
export async function removePasskeysOf(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>('delete from passkey where user_id = $1 returning id', [userId])
  return rows.map(({ id }) => id)
}

/** A passkey with what a login needs to know of its owner. */
export interface PresentedPasskey {
  id: string
  userId: string
  publicKey: Buffer
  signCount: number
  /** Of the person, who may have left; the password decides the same way. */
  isActive: boolean
  demo: boolean
}

export async function findCredential(tx: Tx, credentialId: Buffer): Promise<PresentedPasskey | null> {
  const { rows } = await tx.query<PresentedPasskey>(
    `select p.id, p.user_id as "userId", p.public_key as "publicKey", p.sign_count::float8 as "signCount", u.status = 'active' as "isActive", u.demo
       from passkey p join user_account u on u.tenant_id = p.tenant_id and u.id = p.user_id where p.credential_id = $1`,
    [credentialId]
  )
  return rows[0] ?? null
}

/** Writes a use down; false when the counter has not gone on since the last, also of two uses at once. */
export async function countUse(tx: Tx, use: { id: string; signCount: number; nowMs: number }): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update passkey set sign_count = $2, last_used_at = $3 where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))',
    [use.id, use.signCount, new Date(use.nowMs)]
  )
  return rowCount === 1
}

const noPasskey = () => new AppError('not_found', 'There is no such passkey.')
