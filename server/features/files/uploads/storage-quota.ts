import { AppError } from '#shared/errors.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** Throws `storage_full` where the office has no room for so many bytes more. An upload that waits can be sent when there is room again. */
export async function demandRoom(tx: Tx, bytes: number): Promise<void> {
  const { rows } = await tx.query<{ most: number }>(`select (quotas->>'storageBytes')::bigint as most from tenant where tenant_id = $1 and quotas ? 'storageBytes'`, [tx.tenantId])
  const [quota] = rows
  if (!quota) return
  const used = await tx.query<{ bytes: number }>(`select coalesce(sum(bytes), 0)::bigint as bytes from attachment where tenant_id = $1 and state = 'ready'`, [tx.tenantId])
  if ((used.rows[0]?.bytes ?? 0) + bytes > quota.most) throw new AppError('storage_full')
}
