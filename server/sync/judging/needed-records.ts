import type { RejectionCode } from '#shared/errors.ts'
import { commandSchema, type Command } from '#shared/protocol/command.ts'
import type { TouchedRecord } from '#shared/protocol/define-command.ts'
import { parseCommand } from '#shared/protocol/run-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { SyncRegistry } from '../registry.ts'
import type { Sight } from '../sight.ts'
import type { WorkingRows } from './working-rows.ts'

/** What a batch says of the records that its commands need and that are not there for the actor. */
export interface NeededRecords {
  /** Records whose making was refused, in this batch or before: what needs them fails with them. */
  readonly refused: Set<string>
  /**
   * Records that may still come, for a command that came from an outbox. One that was never in the actor's sight is waited
   * for like one that does not exist: he cannot tell them apart. A command sent directly has somebody waiting for its
   * answer and is refused at once.
   */
  waitsFor(command: Command, touched: readonly TouchedRecord[]): string[]
  /** Why it cannot be done before any rule is asked; null when all that it needs is there. */
  refusalOf(touched: readonly TouchedRecord[]): RejectionCode | null
}

export async function needsOf(
  tx: Tx,
  batch: { registry: SyncRegistry; rows: WorkingRows; touched: readonly TouchedRecord[]; sight: Sight }
): Promise<NeededRecords> {
  const { registry, rows, sight } = batch
  const isUnknown = (ref: TouchedRecord) => ref.as === 'need' && rows.presenceOf(ref) === 'unknown'
  const isLost = (ref: TouchedRecord) => (ref.as === 'need' && ['hidden', 'gone'].includes(rows.presenceOf(ref))) || (ref.as === 'create' && rows.isTaken(ref))
  const refused = await refusedBefore(tx, batch, batch.touched.filter(isUnknown).map((ref) => ref.id))
  const fromCommands = (ref: TouchedRecord) => registry.records.get(ref.type)?.readOnly !== true
  return {
    refused,
    waitsFor(command, touched) {
      const isHis = sight.active && sight.actor.userId !== null && (command.actor ?? sight.actor.userId) === sight.actor.userId
      if (command.seq === 0 || !isHis || touched.some(isLost)) return []
      const missing = touched.filter(isUnknown)
      if (missing.some((ref) => refused.has(ref.id) || !fromCommands(ref))) return []
      return [...new Set(missing.map((ref) => ref.id))]
    },
    refusalOf(touched) {
      if (touched.some((ref) => ref.as === 'create' && rows.isTaken(ref))) return 'already_exists'
      for (const ref of touched.filter((one) => one.as === 'need')) {
        const presence = rows.presenceOf(ref)
        if (presence === 'here') continue
        if (presence === 'hidden') return 'not_allowed'
        return presence === 'unknown' && refused.has(ref.id) ? 'dependency_rejected' : 'missing_record'
      }
      return null
    }
  }
}

/** Of these missing records those that the actor wanted to make himself and that were refused to him. */
async function refusedBefore(tx: Tx, { registry, sight }: { registry: SyncRegistry; sight: Sight }, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0 || sight.actor.userId === null) return new Set()
  const { rows } = await tx.query<{ id: string; sealed: string }>(
    `select id, sealed from sync_issue where tenant_id = $1 and subject_id = any ($2) and kind = 'rejected' and author_id = $3`,
    [tx.tenantId, ids, sight.actor.userId]
  )
  const made = rows.flatMap(({ id, sealed }) => {
    const { payload } = tx.sealed.open(id, sealed) as { payload: unknown }
    const command = commandSchema.safeParse(payload)
    const parsed = command.success ? parseCommand(command.data, registry.commands) : null
    return parsed?.ok ? parsed.touched.filter((ref) => ref.as === 'create').map((ref) => ref.id) : []
  })
  return new Set(made.filter((id) => ids.includes(id)))
}
