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
    const cluster = await clusterOf(tx)
    const { rows } = await tx.query<{ cluster: string }>('select cluster from sync_origin where tenant_id = $1 for update', [tenantId])
    if (!rows[0]) await tx.query('insert into sync_origin (tenant_id, cluster) values ($1, $2)', [tenantId, cluster])
    if (!rows[0] || rows[0].cluster === cluster) return null
    const { rows: seq } = await tx.query<{ cutoff: string }>(`select nextval('sync_feed_seq')::text as cutoff`)
    return seq[0]?.cutoff ?? null
  })
  if (cutoff === null) return false
  while ((await database.withTenant(who, (tx) => restampChunk(tx, cutoff))) > 0);
  await database.withTenant(who, async (tx) => {
    await tx.query('delete from sync_day where tenant_id = $1', [tenantId])
    await tx.query('delete from sync_pruned where tenant_id = $1', [tenantId])
    await tx.query(
      `update sync_origin set cluster = $2, generation = greatest(generation + 1, extract(epoch from now() - timestamptz '2020-01-01')::int)
       where tenant_id = $1`,
      [tenantId, await clusterOf(tx)]
    )
  })
  return true
}

/** A dump put back into the same cluster is another database there: its oid tells it apart. */
async function clusterOf(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ cluster: string }>(
    `select s.system_identifier::text || '/' || c.timeline_id::text || '/' || d.oid::text as cluster
     from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()`
  )
  return rows[0]?.cluster ?? 'unknown'
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
