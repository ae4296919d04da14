import type { Actor } from '#shared/identity/actor.ts'
import type { MendReport } from '#shared/protocol/drift/compare.ts'
import type { UnsentItem } from '#shared/protocol/push.ts'
import type { Database, Tx } from '../postgres/transaction.ts'

export interface DeviceReport {
  /** Name and version of the app. */
  app: string
  /** What is left to send after this request; `oldestAt` by the clock of the device (ms). */
  unsent: { count: number; oldestAt: number | null; items?: UnsentItem[] | undefined } | null
}

const endOfYear9999 = Date.UTC(10_000, 0, 1)

/**
 * What a device says of itself with a push, so that the office can see which phone still holds unsent work. Nonsense of its
 * clock holds up no command. `at`: server clock, ms.
 */
export async function noteDevice(tx: Tx, actor: Actor, { app, unsent, at }: DeviceReport & { at: number }): Promise<void> {
  if (!actor.deviceId) return
  const oldest = unsent?.oldestAt && Math.abs(unsent.oldestAt) < endOfYear9999 ? new Date(unsent.oldestAt).toISOString() : null
  await tx.query(
    `update device set last_seen_at = $3, app_version = $4, unsent_count = coalesce($5, unsent_count),
            oldest_unsent_at = case when $5::int is null then oldest_unsent_at else $6 end,
            unsent_items = coalesce($7::jsonb, unsent_items)
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, actor.deviceId, new Date(at).toISOString(), app, unsent && Math.min(Math.max(0, unsent.count), 2 ** 31 - 1), oldest,
      unsent && JSON.stringify((unsent.items ?? []).filter(({ at }) => Math.abs(at) < endOfYear9999))]
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
