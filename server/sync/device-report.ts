import type { Actor } from '#shared/identity/actor.ts'
import type { MendReport } from '#shared/protocol/drift/compare.ts'
import type { Database } from '../postgres/transaction.ts'

/** What a device says of itself with a push, so that the office can see which phone still holds unsent work. */
export async function noteDevice(
  deps: { database: Database; clock: { now(): number } },
  actor: Actor,
  report: { app: string; unsent: { count: number; oldestAt: number | null } | null }
): Promise<void> {
  if (!actor.deviceId) return
  const oldest = report.unsent?.oldestAt ? new Date(report.unsent.oldestAt).toISOString() : null
  await deps.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
    tx.query(
      `update device set last_seen_at = $3, app_version = $4, unsent_count = coalesce($5, unsent_count),
              oldest_unsent_at = case when $5::int is null then oldest_unsent_at else $6 end
       where tenant_id = $1 and id = $2`,
      [tx.tenantId, actor.deviceId, new Date(deps.clock.now()).toISOString(), report.app, report.unsent?.count ?? null, oldest]
    )
  )
}

/** When a device last compared its copies, and how many it had to mend: missing, changed and gone together. */
export async function noteCompared(
  deps: { database: Database; clock: { now(): number } },
  actor: Actor,
  mended: readonly MendReport[]
): Promise<void> {
  if (!actor.deviceId) return
  const count = mended.reduce((sum, one) => sum + one.missing + one.changed + one.gone, 0)
  await deps.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) =>
    tx.query('update device set compared_at = $3, mended_count = mended_count + $4 where tenant_id = $1 and id = $2', [
      tx.tenantId,
      actor.deviceId,
      new Date(deps.clock.now()).toISOString(),
      count
    ])
  )
}
