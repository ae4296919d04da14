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
}

/** How one secret of the installation hides what is kept. */
interface Cover {
  sealKey: Uint8Array
  hash(text: string): string
}

function coverOf(secretKey: string): Cover {
  const hashKey = deriveKey(secretKey, 'fingerprints of idempotent requests')
  return {
    sealKey: deriveKey(secretKey, 'kept replies of idempotency keys'),
    hash: (text) => createHmac('sha256', hashKey).update(text).digest('base64url')
  }
}

/**
 * In Postgres, so that it holds over processes and restarts; replies are sealed with a key derived from the installation's secret.
 * `secretKeys`: the present one first; what was kept under a former one is found, nothing new is kept under it.
 */
export function createIdempotencyStore(parts: { database: Database; clock: Clock; secretKeys: readonly [string, ...string[]] }): IdempotencyStore {
  const { database, clock, secretKeys } = parts
  const present = coverOf(secretKeys[0])
  const former = secretKeys.slice(1).map(coverOf)
  const inTenant = <T>({ tenantId }: IdempotentRequest, work: (tx: Tx) => Promise<T>) => database.withTenant({ tenantId }, work)
  return {
    begin: (request) =>
      inTenant(request, async (tx) => {
        const now = clock.now()
        for (const cover of former) {
          const begun = await findBegun(tx, request, { now, cover })
          if (begun) return begun
        }
        return begin(tx, request, { now, cover: present })
      }),
    finish: (request, begunAt, reply) =>
      inTenant(request, async (tx) => {
        const sealed = seal(present.sealKey, JSON.stringify(reply), placeOf(request, present))
        await tx.query(
          'update idempotency_key set status = $5, reply = $6 where tenant_id = $1 and actor = $2 and key_hash = $3 and begun_at = $4::timestamptz',
          [...keyOf(request, present), begunAt, reply.status, sealed]
        )
      }),
    forget: (request, begunAt) =>
      inTenant(request, async (tx) => {
        await tx.query('delete from idempotency_key where tenant_id = $1 and actor = $2 and key_hash = $3 and begun_at = $4::timestamptz and reply is null', [
          ...keyOf(request, present),
          begunAt
        ])
      })
  }
}

/** Forgets one tenant's replies whose day is over. */
export async function forgetOldReplies(database: Database, tenantId: string, now: number): Promise<void> {
  await database.withTenant({ tenantId }, (tx) => tx.query('delete from idempotency_key where tenant_id = $1 and expires_at < $2', [tenantId, new Date(now)]))
}

type Moment = { now: number; cover: Cover }

async function begin(tx: Tx, request: IdempotentRequest, { now, cover }: Moment): Promise<Begun> {
  const begunAt = new Date(now).toISOString()
  const values = [...keyOf(request, cover), cover.hash(request.asked), begunAt, new Date(now + keepMs), new Date(now - abandonedMs)]
  const { rowCount } = await tx.query(
    `insert into idempotency_key as k (tenant_id, actor, key_hash, request_hash, begun_at, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, actor, key_hash) do update
       set request_hash = excluded.request_hash, begun_at = excluded.begun_at, expires_at = excluded.expires_at, status = null, reply = null
       where k.expires_at < excluded.begun_at or (k.reply is null and k.begun_at < $7)`,
    values
  )
  if (rowCount === 1) return { kind: 'first', begunAt }
  return (await findBegun(tx, request, { now, cover })) ?? { kind: 'running' }
}

/** What is kept of this key; null where nothing is, its day is over, or its process died over it. */
async function findBegun(tx: Tx, request: IdempotentRequest, { now, cover }: Moment): Promise<Begun | null> {
  const { rows } = await tx.query<Row>(
    `select request_hash, reply from idempotency_key where tenant_id = $1 and actor = $2 and key_hash = $3
     and expires_at >= $4 and (reply is not null or begun_at >= $5)`,
    [...keyOf(request, cover), new Date(now), new Date(now - abandonedMs)]
  )
  const row = rows[0]
  if (!row) return null
  if (row.request_hash !== cover.hash(request.asked)) return { kind: 'other request' }
  // What cannot be opened (moved to another key's row, or sealed by a release before this place was bound) is not given; nothing is done twice.
  const reply = row.reply && unseal(cover.sealKey, row.reply, placeOf(request, cover))
  return reply ? { kind: 'done', reply: keptSchema.parse(JSON.parse(reply)) as KeptReply } : { kind: 'running' }
}

const keyOf = ({ tenantId, actor, key }: IdempotentRequest, { hash }: Cover) => [tenantId, actor, hash(key)]
const placeOf = (request: IdempotentRequest, cover: Cover) => keyOf(request, cover).join('/')
