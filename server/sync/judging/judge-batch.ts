import type { Command } from '#shared/protocol/command.ts'
import { accept, reject, type Decision, type RecordWrite, type TenantRules } from '#shared/protocol/define-command.ts'
import { judgeCommand, parseCommand, type ParsedCommand } from '#shared/protocol/run-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PreparedCommand, SyncRegistry } from '../registry.ts'
import type { Sight } from '../sight.ts'
import { findCreations, type Creations } from './creations.ts'
import { needsOf } from './needed-records.ts'
import { refusedBySchema } from './schema-gate.ts'
import { WorkingRows } from './working-rows.ts'

export interface Judgement {
  command: Command
  parsed: ParsedCommand
  decision: Decision
  /** Each written record as it was before this command; null when it is new. */
  before: Map<string, Record<string, unknown> | null>
  /** It asked for what was done before, with the same content: nothing is written a second time. */
  repeats: boolean
}

/** A command that cannot be judged yet: these records are not known. */
export interface HeldCommand {
  command: Command
  waitsFor: string[]
}

export interface JudgeInput {
  registry: SyncRegistry
  commands: readonly Command[]
  sight: Sight
  rules: TenantRules
  now: number
  /** False: what is missing is refused, and nothing waits. */
  mayHold: boolean
  /** Refused by a person before any rule is asked. */
  refused: boolean
}

/**
 * Judges a batch in order on locked rows. A command fails with an earlier one of the batch that was refused and that it
 * needs, and with no other. What needs a record that nobody has made known yet is held.
 */
export async function judgeBatch(tx: Tx, input: JudgeInput): Promise<{ judgements: Judgement[]; held: HeldCommand[] }> {
  const { registry, commands, sight } = input
  const parsed = commands.map((command) => ({ command, parsed: parseCommand(command, registry.commands) }))
  await prepare(tx, registry, parsed)
  const touched = parsed.flatMap((entry) => (entry.parsed.ok ? entry.parsed.touched : []))
  const rows = await WorkingRows.load(tx, registry, { touched, sight })
  await rows.loadMore(tx, registry, parsed.flatMap((entry) => (entry.parsed.ok ? (entry.parsed.definition.alsoReads?.(rows, entry.parsed.args) ?? []) : [])))
  const creations = await findCreations(tx, rows, touched)
  const needs = await needsOf(tx, { registry, rows, touched, sight })
  const judgements: Judgement[] = []
  const held: HeldCommand[] = []
  for (const { command, parsed: entry } of parsed) {
    const waitsFor = entry.ok && input.mayHold && !input.refused ? needs.waitsFor(command, entry.touched) : []
    if (waitsFor.length > 0) {
      held.push({ command, waitsFor })
      continue
    }
    const repeats = entry.ok && !input.refused && creations.holds(tx.tenantId, command, entry.touched)
    const decision = repeats ? accept([]) : decide({ ...input, entry, command, rows, needs })
    noteCreations({ needs, creations }, { command, entry, ok: decision.ok })
    const writes = decision.ok ? decision.writes : []
    const before = new Map(writes.map((write) => [idOf(write), rows.get(typeOf(write), idOf(write))]))
    rows.apply(writes)
    judgements.push({ command, parsed: entry, decision, before, repeats })
  }
  return { judgements, held }
}

type Needs = Awaited<ReturnType<typeof needsOf>>

function noteCreations(books: { needs: Needs; creations: Creations }, made: { command: Command; entry: ParsedCommand; ok: boolean }): void {
  const created = made.entry.ok ? made.entry.touched.filter((ref) => ref.as === 'create') : []
  for (const { id } of created) {
    if (made.ok) books.creations.note(id, made.command)
    else books.needs.refused.add(id)
  }
}

export const idOf = (write: RecordWrite) => ('record' in write ? write.record.id : write.remove.id)
export const typeOf = (write: RecordWrite) => ('record' in write ? write.record.type : write.remove.type)

async function prepare(tx: Tx, registry: SyncRegistry, batch: { command: Command; parsed: ParsedCommand }[]): Promise<void> {
  const prepared: PreparedCommand[] = []
  for (const { command, parsed } of batch) if (parsed.ok) prepared.push({ command, args: parsed.args })
  for (const part of registry.parts) await part.prepare?.(tx, prepared)
}

function decide(step: JudgeInput & { entry: ParsedCommand; command: Command; rows: WorkingRows; needs: Needs }): Decision {
  const { entry, command, rows, sight } = step
  if (!entry.ok) return entry.decision
  if (step.refused || !sight.active || (command.actor !== null && command.actor !== sight.actor.userId)) return reject('not_allowed')
  const refusal = step.needs.refusalOf(entry.touched)
  if (refusal) return reject(refusal)
  const decision = judgeCommand(entry, rows, {
    actor: sight.actor,
    now: step.now,
    claimedAt: command.at,
    commandId: command.id,
    base: command.base,
    tenant: step.rules
  })
  return decision.ok ? (refusedBySchema(decision.writes, step.registry) ?? decision) : decision
}
