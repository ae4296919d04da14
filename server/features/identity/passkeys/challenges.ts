import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '../../../ports/derive-key.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** What a challenge was given for; it is worth nothing for anything else. */
export interface ChallengeUse {
  tenantId: string
  /** A person's id: to make a passkey for him. Null: to log in, with whichever passkey. */
  registers: string | null
}

/** How long a person may take over a challenge, ms. */
export const challengeMs = 5 * 60_000
const nonceBytes = 16
const expiryBytes = 6
const macBytes = 32

/** Challenges are signed and not kept, so that asking for one writes nothing; their use is written down by `useChallenge`. */
export interface Challenges {
  /** Base64url. */
  issue(use: ChallengeUse, nowMs: number): string
  /** Whether it was issued here for this use and has not ended. */
  isGood(challenge: string, use: ChallengeUse, nowMs: number): boolean
}

/** `secretKeys`: SECRET_KEY, and those before it while they are accepted. */
export function createChallenges(secretKeys: readonly [string, ...string[]]): Challenges {
  const keys = secretKeys.map((key) => deriveKey(key, 'passkey challenges'))
  const mac = (key: Uint8Array, head: Buffer, { tenantId, registers }: ChallengeUse) =>
    createHmac('sha256', key).update(JSON.stringify([tenantId, registers, head.toString('base64url')])).digest()
  return {
    issue(use, nowMs) {
      const head = Buffer.alloc(nonceBytes + expiryBytes)
      randomBytes(nonceBytes).copy(head)
      head.writeUIntBE(nowMs + challengeMs, nonceBytes, expiryBytes)
      return Buffer.concat([head, mac(keys[0] as Uint8Array, head, use)]).toString('base64url')
    },
    isGood(challenge, use, nowMs) {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== nonceBytes + expiryBytes + macBytes) return false
      const head = bytes.subarray(0, nonceBytes + expiryBytes)
      const given = bytes.subarray(nonceBytes + expiryBytes)
      return expiryOf(bytes) > nowMs && keys.some((key) => timingSafeEqual(mac(key, head, use), given))
    }
  }
}

/** Takes a good challenge: false when it was used before, also by a request at the same moment. What has ended is forgotten along the way. */
export async function useChallenge(tx: Tx, challenge: string, nowMs: number): Promise<boolean> {
  await tx.query(
    `delete from used_challenge where tenant_id = $1 and challenge_hash in
       (select challenge_hash from used_challenge where tenant_id = $1 and expires_at < $2 limit 100 for update skip locked)`,
    [tx.tenantId, new Date(nowMs)]
  )
  const bytes = Buffer.from(challenge, 'base64url')
  const { rowCount } = await tx.query(
    'insert into used_challenge (tenant_id, challenge_hash, expires_at) values ($1, $2, $3) on conflict do nothing',
    [tx.tenantId, createHash('sha256').update(bytes).digest(), new Date(expiryOf(bytes))]
  )
  return rowCount === 1
}

const expiryOf = (bytes: Buffer): number => bytes.readUIntBE(nonceBytes, expiryBytes)
