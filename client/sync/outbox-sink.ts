import type { RejectionCode } from '#shared/errors.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { Decision, TouchedRecord } from '#shared/protocol/define-command.ts'
import type { ParsedCommand } from '#shared/protocol/run-command.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import { CommandRefused, type CommandSink } from './command-sink.ts'
import { makeCommand, type CommandMaker } from './make-command.ts'

export interface OutboxSinkParts extends CommandMaker {
  outbox: Outbox
  /** What the rules say on the records as the person sees them, pending effects included. */
  judge(command: Command): Promise<{ decision: Decision; parsed: ParsedCommand }>
  /** Told after each save: recompute what is shown, and send. */
  onSaved(row: OutboxRow): Promise<void>
}

/** What no later state of the records can heal. Everything else is saved, and the server decides. */
const hopeless: ReadonlySet<RejectionCode> = new Set(['not_allowed', 'invalid_args', 'unknown_command', 'needs_reason', 'attachment_missing'])

/** For the field: refuses what can never be accepted, else saves durably on this device, then wakes the sender. */
export function createOutboxSink(parts: OutboxSinkParts): CommandSink {
  return {
    async submit(name, args, options = {}) {
      const command = makeCommand(parts, name, { args, base: options.base })
      const { decision, parsed } = await parts.judge({ ...command, seq: 0 })
      if (!decision.ok && hopeless.has(decision.code)) throw new CommandRefused(decision.code, decision.fields ?? [])
      const touched = parsed.ok ? parsed.touched : []
      const row = await parts.outbox.append({
        command,
        title: options.title ?? '',
        subject: options.subject ?? subjectOf(touched),
        writes: writesOf(touched),
        touches: touched.map((ref) => ref.id),
        blobs: options.blobs ?? []
      })
      await parts.onSaved(row)
      return { id: row.id, seq: row.seq, verdict: null }
    }
  }
}

function subjectOf(touched: readonly TouchedRecord[]) {
  const [first] = touched
  return first ? { collection: first.collection, type: first.type, id: first.id } : null
}

/** What later commands may build on: records it creates, and the first it touches, which is what it is about. */
function writesOf(touched: readonly TouchedRecord[]): string[] {
  return [...new Set([...touched.slice(0, 1), ...touched.filter((ref) => ref.as === 'create')].map((ref) => ref.id))]
}
