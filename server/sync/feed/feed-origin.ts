import type { DurableTo } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'

export interface FeedState {
  generation: number
  durableTo: DurableTo
  /** Positions below it are final. */
  horizon: string
}

/** Generation, durable mark and horizon as this transaction sees them. */
export async function feedState(tx: Tx, keepDays: number): Promise<FeedState> {
  const { rows } = await tx.query<{ generation: number | null; durable: string | null; horizon: string }>(
    `select (select generation from sync_origin where tenant_id = $1) as generation,
            (select max(position)::text from backup_mark where tenant_id = $1) as durable,
            pg_snapshot_xmin(pg_current_snapshot())::text as horizon`,
    [tx.tenantId]
  )
  const row = rows[0]
  return {
    generation: row?.generation ?? 1,
    durableTo: { position: row?.durable ?? null, keepDays },
    horizon: row?.horizon ?? '0'
  }
}
