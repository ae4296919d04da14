import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { pageOf, type PageQuery } from '#shared/list-page.ts'
import type { ApiKey, ApiKeyRotation, NewApiKey } from '#shared/identity/api-key.ts'
import type { Tx } from '../../../postgres/transaction.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
/** How exact the last use is told: a busy key is not written with every call. */
const lastUseMs = 60_000

interface Row {
  id: string
  name: string
  scopes: ApiKey['scopes']
  masks: string[]
  secret_hash: Buffer
  former_hash: Buffer | null
  former_until: string | null
  created_at: string
  expires_at: string
  last_used_at: string | null
  revoked_at: string | null
}

/** A key that stands, as a machine came with it. */
export type StandingKey = Pick<Row, 'id' | 'name' | 'scopes' | 'masks'> & { /** ms, server clock. */ expiresAt: number }

export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

function keyOf(row: Row): ApiKey {
  return {
    id: row.id, name: row.name, scopes: row.scopes, createdAt: row.created_at, expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at, formerUntil: row.former_until, revokedAt: row.revoked_at
  }
}

/** A page of the keys of the office, those that stand first, the newest first. */
export async function listKeys(tx: Tx, { after, limit }: PageQuery): Promise<{ page: ApiKey[]; next: string | null }> {
  const place = (key: string) => `${key}.revoked_at is not null, -extract(epoch from ${key}.created_at), ${key}.id`
  const { rows } = await tx.query<Row>(
    `select k.* from api_key k where k.tenant_id = $1 and ($2::uuid is null or (${place('k')}) > (select ${place('a')} from api_key a where a.tenant_id = $1 and a.id = $2))
      order by ${place('k')} limit $3`,
    [tx.tenantId, after ?? null, limit + 1]
  )
  return pageOf(rows.map(keyOf), limit)
}

/** Throws `not_found`. Locks the key. */
export async function findKey(tx: Tx, id: string): Promise<ApiKey & { masks: string[] }> {
  const { rows } = await tx.query<Row>('select * from api_key where tenant_id = $1 and id = $2 for update', [tx.tenantId, id])
  if (!rows[0]) throw new AppError('not_found', 'There is no such key.')
  return { ...keyOf(rows[0]), masks: rows[0].masks }
}

interface KeyFacts extends NewApiKey {
  id: string
  masks: string[]
  secret: string
  createdBy: string | null
}

export async function insertKey(tx: Tx, key: KeyFacts, now: number): Promise<ApiKey> {
  const { rows } = await tx.query<Row>(
    `insert into api_key (tenant_id, id, name, scopes, masks, secret_hash, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *`,
    [tx.tenantId, key.id, key.name, key.scopes, key.masks, hashOfSecret(key.secret), key.createdBy, new Date(now), new Date(now + key.days * dayMs)]
  )
  return keyOf(rows[0]!)
}

/** The old secret never outlives its own end. Throws `conflict` for a key that was revoked. */
export async function rotateKey(tx: Tx, before: ApiKey, { days, overlapHours, secret, now }: ApiKeyRotation & { secret: string; now: number }): Promise<ApiKey> {
  if (before.revokedAt) throw new AppError('conflict', 'This key was revoked. Make another one.')
  const { rows } = await tx.query<Row>(
    `update api_key set former_hash = secret_hash, former_until = least(expires_at, $4), secret_hash = $3, expires_at = $5
     where tenant_id = $1 and id = $2 returning *`,
    [tx.tenantId, before.id, hashOfSecret(secret), new Date(now + overlapHours * hourMs), new Date(now + days * dayMs)]
  )
  return keyOf(rows[0]!)
}

export async function revokeKey(tx: Tx, id: string, now: number): Promise<void> {
  await tx.query('update api_key set revoked_at = coalesce(revoked_at, $3) where tenant_id = $1 and id = $2', [tx.tenantId, id, new Date(now)])
}

/**
 * The key, where it stands and the secret is its own, or null; read from the row each time, so that a revoked key ends at once.
 * `secret` null: a token has shown it already. Notes the use.
 */
export async function useKey(tx: Tx, { id, secret }: { id: string; secret: string | null }, now: number): Promise<StandingKey | null> {
  const { rows } = await tx.query<Row>('select * from api_key where tenant_id = $1 and id = $2 and revoked_at is null', [tx.tenantId, id])
  const row = rows[0]
  const expiresAt = row && (secret === null ? Date.parse(row.expires_at) : endOfSecret(row, secret))
  if (!row || !expiresAt || expiresAt <= now) return null
  if (now - (row.last_used_at ? Date.parse(row.last_used_at) : 0) >= lastUseMs) {
    await tx.query('update api_key set last_used_at = greatest(last_used_at, $3) where tenant_id = $1 and id = $2', [tx.tenantId, id, new Date(now)])
  }
  return { id, name: row.name, scopes: row.scopes, masks: row.masks, expiresAt }
}

/** When this secret of the key ends, in ms; null for one that is not its own. */
function endOfSecret(row: Row, secret: string): number | null {
  const hash = hashOfSecret(secret)
  if (timingSafeEqual(hash, row.secret_hash)) return Date.parse(row.expires_at)
  return row.former_hash && row.former_until && timingSafeEqual(hash, row.former_hash) ? Date.parse(row.former_until) : null
}
