import type { ReceiptBatch } from '#shared/protocol/push.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { LoggedCommand } from './write-batch.ts'

/** What was decided about commands that came before, by id. */
export async function recallCommands(tx: Tx, ids: readonly string[]): Promise<Map<string, LoggedCommand>> {
  const { rows } = await tx.query<LoggedCommand & { receivedText: string }>(
    `select id, verdict, code, fields, receipt_hash as "receiptHash", batch_id as "batchId", received_at as "receivedText",
            position::text as position, touched, issue_ids as "issueIds", actor_id as "actorId"
     from command_log where tenant_id = $1 and id = any ($2)`,
    [tx.tenantId, ids]
  )
  return new Map(rows.map(({ receivedText, ...row }) => [row.id, { ...row, receivedAt: Date.parse(receivedText) }]))
}

export async function receiptBatches(tx: Tx, ids: readonly string[]): Promise<ReceiptBatch[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.query<ReceiptBatch>(
    'select id, hashes, key_id as "keyId", signature from receipt_batch where tenant_id = $1 and id = any ($2)',
    [tx.tenantId, ids]
  )
  return rows
}
