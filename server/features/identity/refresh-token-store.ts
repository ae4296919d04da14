import { createHash, randomBytes } from 'node:crypto'
import type { Tx } from '../../postgres/transaction.ts'

/** Life of a refresh token in milliseconds; each use gives a new one. A phone may stay away this long, the operator only until his time ends. */
export const refreshTokenMs = 90 * 24 * 60 * 60_000
/** Used tokens are forgotten after this time; a thief who comes later meets an unknown token. */
const rememberUsedMs = 30 * 24 * 60 * 60_000

export interface RefreshHolder {
  familyId: string
  userId: string
  deviceId: string
}

export type Rotation =
  | ({ kind: 'rotated'; token: string } & RefreshHolder)
  | ({ kind: 'theft' } & RefreshHolder)
  | { kind: 'refused' }

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Starts a family: the first refresh token of a login. */
export async function startFamily(tx: Tx, holder: RefreshHolder, nowMs: number): Promise<string> {
  return insertToken(tx, holder, { predecessor: null, nowMs })
}

/**
 * Exchanges a refresh token for its successor. A reply can be lost and two tabs can race, so a token may be exchanged
 * again, for another successor, until one successor was used. From then on the use of the token, or of a successor
 * that was not the used one, means that two parties hold the family: it ends. (RFC 9700, 4.14.2, with that grace.)
 */
export async function rotate(tx: Tx, token: string, nowMs: number): Promise<Rotation> {
  const hash = hashOfToken(token)
  const found = await lockFamily(tx, hash, nowMs)
  if (!found || !found.lives) return { kind: 'refused' }
  const holder = { familyId: found.family_id, userId: found.user_id, deviceId: found.device_id }
  if (found.outlived || found.beaten) {
    await endSessions(tx, { familyId: holder.familyId }, nowMs)
    return { kind: 'theft', ...holder }
  }
  const now = new Date(nowMs)
  await tx.query('update refresh_token set successor_hash = $2 where token_hash = $1 and successor_hash is null', [found.predecessor_hash, hash])
  await tx.query('update refresh_token set used_at = coalesce(used_at, $2) where token_hash = $1', [hash, now])
  await tx.query('delete from refresh_token where family_id = $1 and used_at < $2', [holder.familyId, new Date(nowMs - rememberUsedMs)])
  return { kind: 'rotated', token: await insertToken(tx, holder, { predecessor: hash, nowMs }), ...holder }
}

/** Ends the families of a family id, device or user. What the devices hold stays; they have to log in again. */
export async function endSessions(
  tx: Tx,
  whose: { familyId: string } | { deviceId: string } | { userId: string },
  nowMs: number
): Promise<void> {
  const [column, id] = 'familyId' in whose ? ['family_id', whose.familyId] : 'deviceId' in whose ? ['device_id', whose.deviceId] : ['user_id', whose.userId]
  await tx.query(`update refresh_token set ended_at = $2 where ${column} = $1 and ended_at is null`, [id, new Date(nowMs)])
}

/** Ends all families of a person but one. */
export async function endOtherSessions(tx: Tx, keep: { userId: string; familyId: string }, nowMs: number): Promise<void> {
  await tx.query('update refresh_token set ended_at = $3 where user_id = $1 and family_id <> $2 and ended_at is null', [
    keep.userId,
    keep.familyId,
    new Date(nowMs)
  ])
}

export async function holderOfToken(tx: Tx, token: string): Promise<RefreshHolder | null> {
  const { rows } = await tx.query<RefreshHolder>(
    'select family_id as "familyId", user_id as "userId", device_id as "deviceId" from refresh_token where token_hash = $1',
    [hashOfToken(token)]
  )
  return rows[0] ?? null
}

interface FoundToken {
  family_id: string
  user_id: string
  device_id: string
  predecessor_hash: Buffer | null
  lives: boolean
  /** A successor of this token was used already. */
  outlived: boolean
  /** Another successor of the same predecessor was used. */
  beaten: boolean
}

async function lockFamily(tx: Tx, hash: Buffer, nowMs: number): Promise<FoundToken | null> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended(family_id::text, 2)) from refresh_token where token_hash = $1', [hash])
  const { rows } = await tx.query<FoundToken>(
    `select t.family_id, t.user_id, t.device_id, t.predecessor_hash,
            t.ended_at is null and t.expires_at > $2 as lives,
            t.successor_hash is not null as outlived,
            p.successor_hash is not null and p.successor_hash <> t.token_hash as beaten
       from refresh_token t
       left join refresh_token p on p.tenant_id = t.tenant_id and p.token_hash = t.predecessor_hash
      where t.token_hash = $1`,
    [hash, new Date(nowMs)]
  )
  return rows[0] ?? null
}

async function insertToken(tx: Tx, holder: RefreshHolder, facts: { predecessor: Buffer | null; nowMs: number }): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await tx.query(
    `insert into refresh_token (tenant_id, token_hash, family_id, user_id, device_id, predecessor_hash, expires_at)
     select $1, $2, $3, $4, id, $6, least($7::timestamptz, impersonated_until) from device where tenant_id = $1 and id = $5`,
    [tx.tenantId, hashOfToken(token), holder.familyId, holder.userId, holder.deviceId, facts.predecessor, new Date(facts.nowMs + refreshTokenMs)]
  )
  return token
}
