import type { Platform } from '../../platform.ts'
import { startLoop, type Loop } from '../../jobs/loop.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'

/** A device that was away for less reads every removal; one that comes later compares. */
export const keepRemovalDays = 180

const chunkRows = 2_000
const hourMs = 3_600_000

/** In the scheduler: once an hour notes the horizon of the day, and forgets removals that are old enough. */
export function startFeedPrune(platform: Pick<Platform, 'database' | 'directory' | 'clock' | 'log'>): Loop {
  return startLoop('feed-prune', { everyMs: hourMs, log: platform.log }, async () => {
    for (const tenantId of await platform.directory.activeTenantIds()) await pruneTenant(platform.database, tenantId, platform.clock.now())
    return false
  })
}

/** One tenant, `now` by the server's clock in ms. Resolves to how many removals were forgotten. */
export async function pruneTenant(database: Database, tenantId: string, now: number): Promise<number> {
  const today = new Date(now).toISOString().slice(0, 10)
  const cutoff = await database.withTenant({ tenantId }, (tx) => noteDay(tx, today))
  if (cutoff === null) return 0
  return pruneBelow(database, tenantId, cutoff)
}

/** Forgets removals below `cutoff`, a position of this generation, in small transactions. */
export async function pruneBelow(database: Database, tenantId: string, cutoff: string): Promise<number> {
  let pruned = 0
  for (;;) {
    const count = await database.withTenant({ tenantId }, (tx) => pruneChunk(tx, cutoff))
    pruned += count
    if (count < chunkRows) return pruned
  }
}

/** The horizon of the newest day that is old enough, null while none is. */
async function noteDay(tx: Tx, today: string): Promise<string | null> {
  await tx.query(
    'insert into sync_day (tenant_id, day, horizon) values ($1, $2, pg_snapshot_xmin(pg_current_snapshot())) on conflict do nothing',
    [tx.tenantId, today]
  )
  const { rows } = await tx.query<{ cutoff: string | null }>(
    'select max(horizon)::text as cutoff from sync_day where tenant_id = $1 and day <= $2::date - $3::int',
    [tx.tenantId, today, keepRemovalDays]
  )
  await tx.query('delete from sync_day where tenant_id = $1 and day < $2::date - $3::int - 1', [tx.tenantId, today, keepRemovalDays])
  return rows[0]?.cutoff ?? null
}

/** Rows and the note of how far they are forgotten go in one transaction, so that no reader sees one without the other. */
async function pruneChunk(tx: Tx, cutoff: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `with old as (
       select collection, scope, id from sync_feed where tenant_id = $1 and not present and xid < $2::xid8 order by xid, seq limit ${chunkRows} for update
     ), forgotten as (
       delete from sync_feed f using old o where f.tenant_id = $1 and f.collection = o.collection and f.scope = o.scope and f.id = o.id
       returning f.collection, f.scope, f.xid, f.seq
     ), noted as (
       insert into sync_pruned as p (tenant_id, collection, scope, xid, seq)
       select distinct on (collection, scope) $1::uuid, collection, scope, xid, seq from forgotten order by collection, scope, xid desc, seq desc
       on conflict (tenant_id, collection, scope) do update set xid = excluded.xid, seq = excluded.seq
         where (p.xid, p.seq) < (excluded.xid, excluded.seq)
     )
     select count(*)::int as count from forgotten`,
    [tx.tenantId, cutoff]
  )
  return rows[0]?.count ?? 0
}
