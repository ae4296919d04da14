import type { Actor } from '#shared/identity/actor.ts'
import type { RecordFields } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { auditRows } from './audit-rows.ts'
import { idOf, typeOf, type Judgement } from './judge-batch.ts'
import { receiptHash, type ReceiptSigner } from '../receipt-signer.ts'
import { removeRecords, saveRecords } from './record-store.ts'
import type { RecordedEvent, SyncRegistry } from '../registry.ts'
import { issueRows } from './issue-rows.ts'

export interface WriteInput {
  registry: SyncRegistry
  actor: Actor
  now: number
  requestId: string | null
  newId(): string
  signer: ReceiptSigner
}

/** What the log keeps of a judged command. */
export interface LoggedCommand {
  id: string
  verdict: 'applied' | 'merged' | 'rejected'
  code: string | null
  fields: { path: string; message: string }[] | null
  receiptHash: string
  batchId: string
  receivedAt: number
  position: string
  touched: { collection: string; type: string; id: string }[]
  issueIds: string[]
}

/** Writes a judged batch as sets: one statement per table. Records first, then timeline, audit, issues, log, receipts. */
export async function writeBatch(tx: Tx, judgements: readonly Judgement[], input: WriteInput): Promise<LoggedCommand[]> {
  await writeRecords(tx, judgements, input.registry)
  const at = new Date(input.now).toISOString()
  const events: RecordedEvent[] = judgements.flatMap(({ command, decision }) =>
    decision.ok ? decision.events.map((event) => ({ id: input.newId(), event, command, actor: input.actor, at })) : []
  )
  if (events.length > 0) for (const part of input.registry.parts) await part.onEvents?.(tx, events)
  await insertRows(tx, 'audit_entry', auditRows(judgements, input))
  const issues = issueRows(judgements, input)
  await insertRows(tx, 'sync_issue', issues)
  return writeLog(tx, { judgements, issues, input })
}

async function writeRecords(tx: Tx, judgements: readonly Judgement[], registry: SyncRegistry): Promise<void> {
  const saved = new Map<string, Map<string, RecordFields>>()
  const removed = new Map<string, Set<string>>()
  for (const { decision } of judgements) {
    if (!decision.ok) continue
    for (const write of decision.writes) {
      const type = typeOf(write)
      saved.get(type)?.delete(idOf(write))
      if ('record' in write) mapIn(saved, type, () => new Map<string, RecordFields>()).set(idOf(write), write.record)
      else mapIn(removed, type, () => new Set<string>()).add(idOf(write))
    }
  }
  for (const type of registry.records.values()) {
    const records = [...(saved.get(type.type)?.values() ?? [])]
    if (records.length > 0) await saveRecords(tx, type, records)
    const gone = [...(removed.get(type.type) ?? [])]
    if (gone.length > 0) await removeRecords(tx, type, gone)
  }
}

function mapIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}

/** Inserts rows given as snake_case objects as one statement. */
export async function insertRows(tx: Tx, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const first = rows[0]
  if (!first) return
  const columns = Object.keys(first).map((name) => `"${name}"`)
  await tx.query(
    `insert into ${table} (tenant_id, ${columns.join(', ')})
     select $1, ${columns.map((name) => `r.${name}`).join(', ')} from jsonb_populate_recordset(null::${table}, $2) r`,
    [tx.tenantId, JSON.stringify(rows)]
  )
}

async function writeLog(
  tx: Tx,
  { judgements, issues, input }: { judgements: readonly Judgement[]; issues: readonly { id: string; command_id: string }[]; input: WriteInput }
): Promise<LoggedCommand[]> {
  const batchId = input.newId()
  const { rows } = await tx.query<{ position: string }>('select pg_current_xact_id()::text as position')
  const logged = judgements.map(({ command, parsed, decision }): LoggedCommand => {
    const verdict = !decision.ok ? 'rejected' : decision.merged ? 'merged' : 'applied'
    const code = decision.ok ? null : decision.code
    return {
      id: command.id,
      verdict,
      code,
      fields: decision.ok ? null : (decision.fields ?? null),
      receiptHash: receiptHash({ tenantId: tx.tenantId, command, verdict, code, receivedAt: input.now }),
      batchId,
      receivedAt: input.now,
      position: rows[0]?.position ?? '0',
      touched: parsed.ok ? parsed.touched.map(({ collection, type, id }) => ({ collection, type, id })) : [],
      issueIds: issues.filter((issue) => issue.command_id === command.id).map((issue) => issue.id)
    }
  })
  const receivedAt = new Date(input.now).toISOString()
  const logRows = logged.map((entry, index) => {
    const command = judgements[index]?.command
    return {
      id: entry.id,
      name: command?.name,
      actor_id: input.actor.userId,
      device_id: command?.device ?? null,
      seq: command?.seq,
      claimed_at: new Date(command?.at ?? 0).toISOString(),
      received_at: receivedAt,
      verdict: entry.verdict,
      code: entry.code,
      fields: entry.fields,
      receipt_hash: entry.receiptHash,
      batch_id: batchId,
      position: entry.position,
      touched: entry.touched,
      issue_ids: entry.issueIds
    }
  })
  await insertRows(tx, 'command_log', logRows)
  const hashes = logged.map((entry) => entry.receiptHash)
  const receipt = { id: batchId, hashes, key_id: input.signer.keyId, signature: input.signer.sign(hashes), signed_at: receivedAt }
  await insertRows(tx, 'receipt_batch', [receipt])
  return logged
}
