import type { Actor } from '#shared/identity/actor.ts'
import type { RecordFields } from '#shared/protocol/define-command.ts'
import type { ReceiptBatch } from '#shared/protocol/push.ts'
import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { auditRows } from './audit-rows.ts'
import { idOf, typeOf, type Judgement } from './judge-batch.ts'
import { receiptHash, type ReceiptSigner } from '../receipt-signer.ts'
import { insertRecords, removeRecords, updateRecords } from './record-store.ts'
import type { RecordedEvent, SyncRegistry } from '../registry.ts'
import { issueRows } from './issue-rows.ts'

export interface WriteInput {
  registry: SyncRegistry
  actor: Actor
  now: number
  /** Feed position of the transaction. */
  position: string
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
  actorId: string | null
  /** It asked for what was done before: the answer is that of a duplicate. */
  repeats?: boolean
}

export interface WrittenBatch {
  logged: LoggedCommand[]
  receipts: ReceiptBatch
}

/**
 * Writes a judged batch as sets: one statement per table, all sent together. Records first, then audit, issues, timeline
 * and what else features write of the events, log, receipts.
 */
export async function writeBatch(tx: Tx, judgements: readonly Judgement[], input: WriteInput): Promise<WrittenBatch> {
  const at = new Date(input.now).toISOString()
  const issues = issueRows(tx, judgements, input)
  const { logged, receipts } = receiptsOf(tx.tenantId, { judgements, issues, input })
  const events: RecordedEvent[] = judgements.flatMap(({ command, decision }) =>
    decision.ok ? decision.events.map((event) => ({ id: input.newId(), event, command, actor: input.actor, at })) : []
  )
  await Promise.all([
    ...writeRecords(tx, judgements, input.registry),
    insertRows(tx, 'audit_entry', auditRows(judgements, input)),
    insertRows(tx, 'sync_issue', issues),
    tellParts(tx, events, input.registry),
    writeLog(tx, judgements, { logged, receipts, input })
  ])
  return { logged, receipts }
}

async function tellParts(tx: Tx, events: RecordedEvent[], registry: SyncRegistry): Promise<void> {
  if (events.length > 0) for (const part of registry.parts) await part.onEvents?.(tx, events)
}

interface Changes {
  inserted: Map<string, RecordFields>
  updated: Map<string, RecordFields>
  removed: Set<string>
}

function writeRecords(tx: Tx, judgements: readonly Judgement[], registry: SyncRegistry): Promise<void>[] {
  const changes = changesByType(judgements)
  return [...registry.records.values()].flatMap((type) => {
    const { inserted, updated, removed } = changes.get(type.type) ?? { inserted: new Map(), updated: new Map(), removed: new Set() }
    return [
      ...(inserted.size > 0 ? [insertRecords(tx, type, [...inserted.values()])] : []),
      ...(updated.size > 0 ? [updateRecords(tx, type, [...updated.values()])] : []),
      ...(removed.size > 0 ? [removeRecords(tx, type, [...removed])] : [])
    ]
  })
}

/** The last state of each record of the batch; whether it is new is told by what stood there before its first command. */
function changesByType(judgements: readonly Judgement[]): Map<string, Changes> {
  const changes = new Map<string, Changes>()
  const fresh = new Map<string, boolean>()
  for (const { decision, before } of judgements) {
    for (const write of decision.ok ? decision.writes : []) {
      const [type, id] = [typeOf(write), idOf(write)]
      const { inserted, updated, removed } = mapIn(changes, type, () => ({ inserted: new Map(), updated: new Map(), removed: new Set() }))
      const isNew = mapIn(fresh, `${type}/${id}`, () => before.get(id) == null)
      for (const kind of [inserted, updated, removed]) kind.delete(id)
      if ('record' in write) (isNew ? inserted : updated).set(id, write.record)
      else removed.add(id)
    }
  }
  return changes
}

function mapIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

/** What the log will say of each command, and the signed batch of their receipts. */
function receiptsOf(
  tenantId: string,
  { judgements, issues, input }: { judgements: readonly Judgement[]; issues: readonly { id: string; command_id: string }[]; input: WriteInput }
): WrittenBatch {
  const batchId = input.newId()
  const issueIds = new Map<string, string[]>()
  for (const issue of issues) mapIn(issueIds, issue.command_id, () => []).push(issue.id)
  const logged = judgements.map(({ command, parsed, decision, repeats }): LoggedCommand => {
    const verdict = !decision.ok ? 'rejected' : decision.merged ? 'merged' : 'applied'
    const code = decision.ok ? null : decision.code
    return {
      id: command.id,
      verdict,
      code,
      fields: decision.ok ? null : (decision.fields ?? null),
      receiptHash: receiptHash({ tenantId, command, verdict, code, receivedAt: input.now }),
      batchId,
      receivedAt: input.now,
      position: input.position,
      touched: parsed.ok ? parsed.touched.map(({ collection, type, id }) => ({ collection, type, id })) : [],
      issueIds: issueIds.get(command.id) ?? [],
      actorId: input.actor.userId,
      repeats
    }
  })
  const hashes = logged.map((entry) => entry.receiptHash)
  return { logged, receipts: { id: batchId, hashes, keyId: input.signer.keyId, signature: input.signer.sign(hashes) } }
}

async function writeLog(
  tx: Tx,
  judgements: readonly Judgement[],
  { logged, receipts, input }: WrittenBatch & { input: WriteInput }
): Promise<void> {
  const logRows = logged.map((entry, index) => {
    const command = judgements[index]?.command
    return {
      id: entry.id,
      name: command?.name,
      device_id: command?.device ?? undefined,
      seq: command?.seq,
      claimed_at: new Date(command?.at ?? 0).toISOString(),
      verdict: entry.verdict,
      code: entry.code ?? undefined,
      fields: entry.fields ?? undefined,
      receipt_hash: entry.receiptHash,
      touched: entry.touched,
      issue_ids: entry.issueIds
    }
  })
  const { id, hashes, keyId, signature } = receipts
  const receivedAt = new Date(input.now).toISOString()
  const same = { actor_id: input.actor.userId, received_at: receivedAt, batch_id: id, position: input.position }
  await Promise.all([
    insertRows(tx, 'command_log', { rows: logRows, same }),
    insertRows(tx, 'receipt_batch', [{ id, hashes, key_id: keyId, signature, signed_at: receivedAt }])
  ])
}
