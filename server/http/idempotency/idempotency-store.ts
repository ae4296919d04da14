import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../ports/clock.ts'
import { deriveKey } from '../../ports/derive-key.ts'
import { seal, unseal } from '../../ports/seal.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import type { Begun, IdempotencyStore, IdempotentRequest, KeptReply } from './idempotency.ts'

/** A reply can be asked for again for so long. */
const keepMs = 24 * 3_600_000
/** A first request that has not ended by then died with its process: the server cuts every request after five minutes. */
const abandonedMs = 6 * 60_000

const keptSchema = z.object({
  status: z.number(),
  body: z.unknown(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]))
})

interface Row {
  request_hash: string
  reply: Buffer | null
  begun_at: string
}

/** In Postgres, so that it holds over processes and restarts; replies are sealed with a key derived from the installation's secret. */
export function createIdempotencyStore({ database, clock, secretKey }: { database: Database; clock: Clock; secretKey: string }): IdempotencyStore {
  const sealKey = deriveKey(secretKey, 'kept replies of idempotency keys')
  const inTenant = <T>({ tenantId }: IdempotentRequest, work: (tx: Tx) => Promise<T>) => database.withTenant({ tenantId }, work)
  const hashKey = deriveKey(secretKey, 'fingerprints of idempotent requests')
  return {
    fingerprint: (text) => createHmac('sha256', hashKey).update(text).digest('base64url'),
    begin: (request) => inTenant(request, (tx) => begin(tx, request, { now: clock.now(), sealKey })),
    finish: (request, begunAt, reply) =>
      inTenant(request, async (tx) => {
        await tx.query(
          'update idempotency_key set status = $5, reply = $6 where tenant_id = $1 and actor = $2 and key_hash = $3 and begun_at = $4::timestamptz',
          [...keyOf(request), begunAt, reply.status, seal(sealKey, JSON.stringify(reply), placeOf(request))]
        )
      }),
    forget: (request, begunAt) =>
      inTenant(request, async (tx) => {
        await tx.query('delete from idempotency_key where tenant_id = $1 and actor = $2 and key_hash = $3 and begun_at = $4::timestamptz and reply is null', [
          ...keyOf(request),
          begunAt
        ])
      })
  }
}

/** Forgets one tenant's replies whose day is over. */
export async function forgetOldReplies(database: Database, tenantId: string, now: number): Promise<void> {
  await database.withTenant({ tenantId }, (tx) => tx.query('delete from idempotency_key where tenant_id = $1 and expires_at < $2', [tenantId, new Date(now)]))
}

async function begin(tx: Tx, request: IdempotentRequest, { now, sealKey }: { now: number; sealKey: Uint8Array }): Promise<Begun> {
  const begunAt = new Date(now).toISOString()
  const values = [...keyOf(request), request.requestHash, begunAt, new Date(now + keepMs), new Date(now - abandonedMs)]
  const { rowCount } = await tx.query(
    `insert into idempotency_key as k (tenant_id, actor, key_hash, request_hash, begun_at, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, actor, key_hash) do update
       set request_hash = excluded.request_hash, begun_at = excluded.begun_at, expires_at = excluded.expires_at, status = null, reply = null
       where k.expires_at < excluded.begun_at or (k.reply is null and k.begun_at < $7)`,
    values
  )
  if (rowCount === 1) return { kind: 'first', begunAt }
  const { rows } = await tx.query<Row>('select request_hash, reply from idempotency_key where tenant_id = $1 and actor = $2 and key_hash = $3', keyOf(request))
  const row = rows[0]
  if (!row) return { kind: 'running' }
  if (row.request_hash !== request.requestHash) return { kind: 'other request' }
  // What cannot be opened (moved to another key's row, or sealed by a release before this place was bound) is not given; nothing is done twice.
  const reply = row.reply && unseal(sealKey, row.reply, placeOf(request))
  return reply ? { kind: 'done', reply: keptSchema.parse(JSON.parse(reply)) as KeptReply } : { kind: 'running' }
}

const keyOf = ({ tenantId, actor, keyHash }: IdempotentRequest) => [tenantId, actor, keyHash]
const placeOf = (request: IdempotentRequest) => keyOf(request).join('/')
