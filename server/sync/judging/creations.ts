import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { TouchedRecord } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { receiptHash } from '../receipt-signer.ts'
import type { WorkingRows } from './working-rows.ts'

/** The commands that made records which another command now wants to make. */
export interface Creations {
  /** Whether everything the command wants to make was made by one with the same name and the same content. */
  holds(tenantId: string, command: Command, touched: readonly TouchedRecord[]): boolean
  note(id: string, command: Command): void
}

interface Maker {
  recordId: string
  id: string
  name: string
  verdict: 'applied' | 'merged'
  code: string | null
  hash: string
  receivedText: string
}

/** Looks only for records that exist and that the actor may see: of another one he learns nothing but that its id is taken. */
export async function findCreations(tx: Tx, rows: WorkingRows, touched: readonly TouchedRecord[]): Promise<Creations> {
  const ids = touched.filter((ref) => ref.as === 'create' && rows.get(ref.type, ref.id) !== null).map((ref) => ref.id)
  const makers = new Map((ids.length > 0 ? await makersOf(tx, ids) : []).map((maker) => [maker.recordId, maker]))
  const inBatch = new Map<string, Command>()
  return {
    holds(tenantId, command, wanted) {
      const created = wanted.filter((ref) => ref.as === 'create')
      return created.length > 0 && created.every(({ id }) => isSame(tenantId, command, { maker: makers.get(id), earlier: inBatch.get(id) }))
    },
    note: (id, command) => void inBatch.set(id, command)
  }
}

/** The log keeps no content, but the hash of each receipt proves which content it was. */
function isSame(tenantId: string, command: Command, { maker, earlier }: { maker?: Maker | undefined; earlier?: Command | undefined }): boolean {
  if (earlier) return earlier.name === command.name && canonicalJson(earlier.args) === canonicalJson(command.args)
  if (!maker || maker.name !== command.name) return false
  const { id, verdict, code, receivedText } = maker
  return receiptHash({ tenantId, command: { ...command, id }, verdict, code, receivedAt: Date.parse(receivedText) }) === maker.hash
}

async function makersOf(tx: Tx, ids: readonly string[]): Promise<Maker[]> {
  const { rows } = await tx.query<Maker>(
    `select a.subject_id as "recordId", l.id, l.name, l.verdict, l.code, l.receipt_hash as hash, l.received_at as "receivedText"
     from audit_entry a join command_log l on l.tenant_id = a.tenant_id and l.id = a.command_id
     where a.tenant_id = $1 and a.subject_id = any ($2) and a.before is null and a.action = l.name and l.verdict <> 'rejected'`,
    [tx.tenantId, ids]
  )
  return rows
}
