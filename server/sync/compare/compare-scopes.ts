import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { CompareEntry } from '#shared/protocol/drift/compare.ts'
import { emptySum, type DigestSum } from '#shared/protocol/drift/record-digest.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'

export const listRows = 5_000

interface Compared {
  collection: CollectionName
  scopes: readonly string[]
}

/**
 * Joins `held h` with documents `d` and their valid digests `s`, one look-up each. Without statistics (a fresh import)
 * Postgres expects one row and joins 50,000 with 50,000; `offset 0` leaves it no choice.
 */
export const documentsAndDigests = `
  cross join lateral (select wire, rev, deleted from sync_document where tenant_id = $1 and collection = $2 and id = h.id offset 0) d
  left join lateral (
    select digest from sync_digest where tenant_id = $1 and collection = $2 and id = h.id and wire_hash = hashtextextended(d.wire, 0) offset 0
  ) s on true`

/** Sums over what these scopes hold in this snapshot, by bucket. A record seen through two scopes counts once. */
export async function bucketSums(tx: Tx, { collection, scopes }: Compared): Promise<Record<string, DigestSum>> {
  const { rows } = await tx.query<{ bucket: string; count: number; sum: string }>(
    `with held as materialized (
       select distinct id from sync_feed where tenant_id = $1 and collection = $2 and scope = any ($3) and present
     )
     select right(h.id::text, 2) as bucket, count(*)::int as count, lpad(to_hex(bit_xor(coalesce(s.digest, 0))), 16, '0') as sum
     from held h ${documentsAndDigests}
     where not d.deleted group by 1`,
    [tx.tenantId, collection, scopes]
  )
  return Object.fromEntries(rows.map(({ bucket, count, sum }) => [bucket, { count, sum }]))
}

export function sumOfAll(buckets: Readonly<Record<string, DigestSum>>): DigestSum {
  return Object.values(buckets).reduce((all, { count, sum }) => {
    const joined = BigInt(`0x${all.sum}`) ^ BigInt(`0x${sum}`)
    return { count: all.count + count, sum: joined.toString(16).padStart(16, '0') }
  }, emptySum)
}

/**
 * The records of these buckets in the order of their ids: those that are there, and those whose leaving stands in the feed
 * behind the device's checkpoint. Says nothing of any other id.
 */
export async function listEntries(
  tx: Tx,
  asked: Compared & { buckets: readonly string[]; checkpoint: Checkpoint | null; after: string | null }
): Promise<CompareEntry[]> {
  const positions = asked.scopes.map((scope) => (asked.checkpoint ? (asked.checkpoint.s[scope] ?? ['0', '0']) : null))
  const { rows } = await tx.query<CompareEntry>(
    `with held as materialized (
       select f.id, bool_or(f.present) as present, coalesce(bool_or((f.xid, f.seq) > (p.xid, p.seq)), false) as late
       from sync_feed f join unnest($3::text[], $4::xid8[], $5::bigint[]) p (scope, xid, seq) on p.scope = f.scope
       where f.tenant_id = $1 and f.collection = $2 and right(f.id::text, 2) = any ($6) and f.id > $7
       group by f.id
     )
     select h.id, d.rev, h.present and not d.deleted as present, h.late,
            case when h.present and s.digest is not null then lpad(to_hex(s.digest), 16, '0') end as digest
     from held h ${documentsAndDigests}
     where (h.present and not d.deleted) or h.late order by h.id limit ${listRows}`,
    [
      tx.tenantId, asked.collection, asked.scopes, positions.map((position) => position?.[0] ?? null),
      positions.map((position) => position?.[1] ?? null), asked.buckets, asked.after ?? '00000000-0000-0000-0000-000000000000'
    ]
  )
  return rows
}

/** Wire texts of these records, where one of the scopes holds them now. */
export async function recordTexts(tx: Tx, { collection, scopes, ids }: Compared & { ids: readonly string[] }): Promise<string[]> {
  const { rows } = await tx.query<{ wire: string }>(
    `select d.wire from sync_document d where d.tenant_id = $1 and d.collection = $2 and d.id = any ($3) and not d.deleted
       and exists (select 1 from sync_feed f where f.tenant_id = $1 and f.collection = $2 and f.id = d.id and f.present and f.scope = any ($4))`,
    [tx.tenantId, collection, ids, scopes]
  )
  return rows.map(({ wire }) => tx.sealed.openWire(wire))
}
