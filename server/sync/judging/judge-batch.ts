import type { Actor } from '#shared/identity/actor.ts'
import type { Command } from '#shared/protocol/command.ts'
import { reject, type Decision, type RecordWrite, type TenantRules } from '#shared/protocol/define-command.ts'
import { judgeCommand, parseCommand, type ParsedCommand } from '#shared/protocol/run-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PreparedCommand, SyncRegistry } from '../registry.ts'
import { WorkingRows } from './working-rows.ts'

export interface Judgement {
  command: Command
  parsed: ParsedCommand
  decision: Decision
  /** Each written record as it was before this command; null when it is new. */
  before: Map<string, Record<string, unknown> | null>
}

/**
 * Judges a batch in order on locked rows. A command fails with an earlier one of the batch that was refused and that it
 * needs, and with no other.
 */
export async function judgeBatch(
  tx: Tx,
  input: { registry: SyncRegistry; commands: readonly Command[]; actor: Actor; rules: TenantRules; now: number }
): Promise<Judgement[]> {
  const { registry, commands, actor } = input
  const parsed = commands.map((command) => ({ command, parsed: parseCommand(command, registry.commands) }))
  await prepare(tx, registry, parsed)
  const touched = parsed.flatMap((entry) => (entry.parsed.ok ? entry.parsed.touched : []))
  const rows = await WorkingRows.load(tx, registry, touched)
  await rows.loadMore(tx, registry, parsed.flatMap((entry) => (entry.parsed.ok ? (entry.parsed.definition.alsoReads?.(rows, entry.parsed.args) ?? []) : [])))
  const refused = new Set<string>()
  return parsed.map(({ command, parsed: entry }) => {
    const decision = decide({ entry, command, actor, rows, refused, rules: input.rules, now: input.now, registry })
    if (!decision.ok && entry.ok) for (const ref of entry.touched) if (ref.as === 'create') refused.add(ref.id)
    const writes = decision.ok ? decision.writes : []
    const before = new Map(writes.map((write) => [idOf(write), rows.get(typeOf(write), idOf(write))]))
    rows.apply(writes)
    return { command, parsed: entry, decision, before }
  })
}

export const idOf = (write: RecordWrite) => ('record' in write ? write.record.id : write.remove.id)
export const typeOf = (write: RecordWrite) => ('record' in write ? write.record.type : write.remove.type)

async function prepare(tx: Tx, registry: SyncRegistry, batch: { command: Command; parsed: ParsedCommand }[]): Promise<void> {
  const prepared: PreparedCommand[] = []
  for (const { command, parsed } of batch) if (parsed.ok) prepared.push({ command, args: parsed.args })
  for (const part of registry.parts) await part.prepare?.(tx, prepared)
}

function decide(step: {
  entry: ParsedCommand
  command: Command
  actor: Actor
  rows: WorkingRows
  refused: Set<string>
  rules: TenantRules
  now: number
  registry: SyncRegistry
}): Decision {
  const { entry, command, actor, rows } = step
  if (!entry.ok) return entry.decision
  if (command.actor !== null && command.actor !== actor.userId) return reject('not_allowed')
  const orphaned = entry.touched.some((ref) => ref.as === 'need' && step.refused.has(ref.id) && !rows.get(ref.type, ref.id))
  if (orphaned) return reject('dependency_rejected')
  const decision = judgeCommand(entry, rows, {
    actor,
    now: step.now,
    claimedAt: command.at,
    commandId: command.id,
    base: command.base,
    tenant: step.rules
  })
  return decision.ok ? (refusedBySchema(decision.writes, step.registry) ?? decision) : decision
}

/** The last gate before the database: whatever the rule made, the record must satisfy its noun's schema. */
function refusedBySchema(writes: readonly RecordWrite[], registry: SyncRegistry): Decision | null {
  for (const write of writes) {
    const type = registry.records.get(typeOf(write))
    if (!type || type.readOnly) return reject('not_allowed')
    if (!('record' in write)) continue
    const parsed = type.schema.safeParse(write.record)
    if (!parsed.success) {
      return reject('invalid_args', parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })))
    }
  }
  return null
}
