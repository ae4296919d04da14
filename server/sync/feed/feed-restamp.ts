import type { Platform } from '../../platform.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'

const chunkRows = 5_000

/**
 * At start: compares the cluster and database this feed lives in with those it was stamped by. After a restore, an import
 * or a move they differ, and the old positions mean nothing there: every feed row gets a new position, in chunks, and the
 * generation is raised so that devices compare instead of believing their checkpoints. It jumps to the time (seconds since
 * 2020), so that restoring one dump twice does not give one number twice. Not ready until that is done.
 */
export async function prepareFeed(platform: Pick<Platform, 'database' | 'directory' | 'readiness' | 'log'>): Promise<void> {
  let done = false
  platform.readiness.register('feed', () => (done ? 'ready' : 'down'))
  while (!done && !platform.readiness.draining) {
    try {
      for (const tenantId of await platform.directory.activeTenantIds()) await checkOrigin(platform.database, tenantId)
      done = true
    } catch (error) {
      platform.log.warn({ error: (error as { code?: string }).code ?? 'unknown' }, 'the feed cannot be checked yet')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}

/** Checks one tenant's feed and restamps it where needed. Resolves to true when it was restamped. Safe to repeat. */
export async function checkOrigin(database: Database, tenantId: string): Promise<boolean> {
  const who = { tenantId }
  const cutoff = await database.withTenant(who, async (tx) => {
    await tx.query('insert into sync_origin (tenant_id, cluster) values ($1, sync_home()) on conflict do nothing', [tenantId])
    const { rows } = await tx.query<{ home: boolean }>('select cluster = sync_home() as home from sync_origin where tenant_id = $1 for update', [tenantId])
    if (rows[0]?.home !== false) return null
    const { rows: seq } = await tx.query<{ cutoff: string }>(`select nextval('sync_feed_seq')::text as cutoff`)
    return seq[0]?.cutoff ?? null
  })
  if (cutoff === null) return false
  while ((await database.withTenant(who, (tx) => restampChunk(tx, cutoff))) > 0);
  await database.withTenant(who, async (tx) => {
    for (const positions of ['sync_day', 'sync_pruned', 'backup_mark']) await tx.query(`delete from ${positions} where tenant_id = $1`, [tenantId])
    await tx.query(
      `update sync_origin set cluster = sync_home(), generation = greatest(generation + 1, extract(epoch from now() - timestamptz '2020-01-01')::int)
       where tenant_id = $1`,
      [tenantId]
    )
  })
  return true
}

/** Gives up to a chunk of old rows a position of this cluster; resolves to how many. */
async function restampChunk(tx: Tx, cutoff: string): Promise<number> {
  const { rowCount } = await tx.query(
    `update sync_feed f set xid = pg_current_xact_id(), seq = nextval('sync_feed_seq')
     from (select tenant_id, collection, scope, id from sync_feed where tenant_id = $1 and seq <= $2 limit ${chunkRows}) old
     where f.tenant_id = old.tenant_id and f.collection = old.collection and f.scope = old.scope and f.id = old.id`,
    [tx.tenantId, cutoff]
  )
  return rowCount
}
