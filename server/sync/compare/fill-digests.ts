import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { recordDigest } from '#shared/protocol/drift/record-digest.ts'
import { chunksOf } from '../../postgres/insert-rows.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import { documentsAndDigests } from './compare-scopes.ts'

const chunkRows = 500

export interface ComparedScopes {
  tenantId: string
  collection: CollectionName
  scopes: readonly string[]
}

/**
 * Computes the digests of the documents in these scopes that have none for their present text. Each document costs this
 * once per change, whoever compares. Small transactions: a long one would hold back everybody's feed.
 */
export async function fillDigests(database: Database, compared: ComparedScopes): Promise<void> {
  const who = { tenantId: compared.tenantId }
  const missing = await database.withTenant(who, (tx) => withoutDigest(tx, compared), { readOnly: true })
  for (const ids of chunksOf(missing, chunkRows)) {
    await database.withTenant(who, (tx) => fillSome(tx, compared.collection, ids))
  }
}

async function withoutDigest(tx: Tx, { collection, scopes }: ComparedScopes): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `with held as materialized (
       select distinct id from sync_feed where tenant_id = $1 and collection = $2 and scope = any ($3) and present
     )
     select h.id from held h ${documentsAndDigests} where not d.deleted and s.digest is null`,
    [tx.tenantId, collection, scopes]
  )
  return rows.map(({ id }) => id)
}

async function fillSome(tx: Tx, collection: CollectionName, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ id: string; wire: string; wireHash: string }>(
    `select id, wire, hashtextextended(wire, 0)::text as "wireHash" from sync_document
     where tenant_id = $1 and collection = $2 and id = any ($3) and not deleted order by id`,
    [tx.tenantId, collection, ids]
  )
  const digests = rows.map(({ wire }) => BigInt.asIntN(64, BigInt(`0x${recordDigest(tx.sealed.openRecord(JSON.parse(wire) as Record<string, unknown>))}`)))
  await tx.query(
    `insert into sync_digest (tenant_id, collection, id, wire_hash, digest)
     select $1, $2, * from unnest($3::uuid[], $4::bigint[], $5::bigint[])
     on conflict (tenant_id, collection, id) do update set wire_hash = excluded.wire_hash, digest = excluded.digest`,
    [tx.tenantId, collection, rows.map(({ id }) => id), rows.map(({ wireHash }) => wireHash), digests.map(String)]
  )
}
