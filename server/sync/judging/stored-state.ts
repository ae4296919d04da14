import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { StoredRecord } from '#shared/protocol/push.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { departmentalCollections, mayReceive } from '../scopes.ts'
import type { Sight } from '../sight.ts'

interface Reference {
  collection: string
  id: string
}

/**
 * What the server holds now of the given records, as far as the actor may see them: one that he could see once and may not
 * any more is a removal for him; one that never was in his sight, and one of a collection he may not receive, is left out.
 */
export async function storedState(tx: Tx, sight: Sight, refs: readonly Reference[]): Promise<Map<string, StoredRecord>> {
  const receivable = refs.filter((ref) => mayReceive(sight.actor, ref.collection as CollectionName))
  const wanted = [...new Map(receivable.map((ref) => [ref.id, ref])).values()]
  const state = new Map<string, StoredRecord>()
  const { scopes, known } = sight
  if (wanted.length === 0 || scopes === null || !sight.active) return state
  const { rows } = await tx.query<{ collection: CollectionName; id: string; rev: number; visible: boolean; document: StoredRecord['document'] }>(
    `select d.collection, d.id, d.rev, s.visible, d.wire::json as document
     from sync_document d join unnest($1::text[], $2::uuid[]) w(collection, id) on d.collection = w.collection and d.id = w.id,
       lateral (select case when d.collection = any ($7) then $5::text[] else $3::text[] end as mine, case when d.collection = any ($7) then $8::text[] else $6::text[] end as known) a,
       lateral (select d.scopes && a.mine and not d.deleted as visible) s
     where d.tenant_id = $4 and (s.visible or exists (
       select 1 from sync_feed f where f.tenant_id = $4 and f.collection = d.collection and f.id = d.id and f.scope = any (a.known)))`,
    [wanted.map((ref) => ref.collection), wanted.map((ref) => ref.id), scopes.usual, tx.tenantId, scopes.departmental,
      known.usual, [...departmentalCollections], known.departmental]
  )
  for (const row of rows) {
    const document = row.visible ? tx.sealed.openRecord(row.document) : { id: row.id, rev: row.rev, _deleted: true as const }
    state.set(row.id, { collection: row.collection, document })
  }
  return state
}
