import type { Command } from '#shared/protocol/command.ts'
import { utf8 } from '#shared/utf8.ts'
import type { SealedRow } from '../outbox-row.ts'

/** A command as it is saved, before anything became of it. */
export function newRow(command: Command, content: SealedRow['content']): SealedRow {
  return {
    seq: command.seq,
    id: command.id,
    state: 'pending',
    content,
    bytes: utf8(JSON.stringify(command)).length,
    trouble: null,
    verdict: null,
    code: null,
    fields: null,
    receipt: null,
    stored: null,
    issues: [],
    generation: 0,
    acknowledged: false
  }
}
