import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Tx } from '../postgres/transaction.ts'

/** Channel between the processes on which announcements travel. */
export const announcementChannel = 'sync:changed'

/** Which scopes and collections a transaction changed, and at which position of the feed. */
export interface Announcement {
  tenantId: string
  position: string
  scopes: string[]
  collections: CollectionName[]
}

/**
 * What this transaction changed, for the poke after its commit: asked inside the transaction, after its last write. From the
 * given records it takes the scopes, and of these every collection that changed: what follows a record (people a
 * household, a contact its grievance) is told with it. Null when nothing of it is synced. Every writer beside commands uses it.
 */
export async function recordAnnouncement(tx: Tx, ids: readonly string[]): Promise<Announcement | null> {
  const { rows } = await tx.query<{ collection: CollectionName; scope: string; position: string }>(
    `with touched as materialized (
       select distinct f.scope from sync_feed f
       where f.tenant_id = $1 and f.collection = any ($2) and f.id = any ($3) and f.xid = pg_current_xact_id_if_assigned())
     select c.collection, t.scope, pg_current_xact_id_if_assigned()::text as position
     from touched t cross join unnest($2::text[]) c(collection)
     where exists (
       select 1 from sync_feed f
       where f.tenant_id = $1 and f.collection = c.collection and f.scope = t.scope and f.xid = pg_current_xact_id_if_assigned())`,
    [tx.tenantId, collectionNames, [...new Set(ids)]]
  )
  const [first] = rows
  if (!first) return null
  return {
    tenantId: tx.tenantId,
    position: first.position,
    scopes: [...new Set(rows.map((row) => row.scope))],
    collections: [...new Set(rows.map((row) => row.collection))]
  }
}
