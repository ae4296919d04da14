import type { Actor } from '#shared/identity/actor.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Judgement } from './judge-batch.ts'

/**
 * Rows of `sync_issue`: one per contested field, one per refused command with its whole content (sealed) and with what stood
 * against it, unless that command is about an issue.
 */
export function issueRows(tx: Tx, judgements: readonly Judgement[], input: { actor: Actor; now: number; newId(): string }) {
  return plainRows(judgements, input).map(({ payload, ...row }) => ({ ...row, sealed: tx.sealed.seal(row.id, { payload }), payload_ward: wardOf(payload) }))
}

/** Stays readable, so that the office can look for what was refused in a ward. */
function wardOf(payload: unknown): string | null {
  const { wardId } = (payload as Command | null)?.args ?? {}
  return typeof wardId === 'string' ? wardId : null
}

function plainRows(judgements: readonly Judgement[], input: { actor: Actor; now: number; newId(): string }) {
  return judgements.flatMap((judgement) => {
    const { command, parsed, decision } = judgement
    const common = {
      command_id: command.id,
      command_name: command.name,
      author_id: input.actor.userId,
      author_name: input.actor.name,
      claimed_at: new Date(command.at).toISOString(),
      received_at: new Date(input.now).toISOString(),
      status: 'open'
    }
    if (decision.ok) {
      return decision.conflicts.map((conflict) => ({
        ...common,
        id: input.newId(),
        kind: 'conflict',
        subject_type: conflict.subject.type as string | null,
        subject_id: conflict.subject.id as string | null,
        field: conflict.field as string | null,
        base: conflict.base ?? null,
        yours: conflict.yours ?? null,
        theirs: conflict.theirs ?? null,
        code: null as string | null,
        payload: null as unknown
      }))
    }
    if (parsed.ok && parsed.definition.opensNoIssue) return []
    const subject = decision.contest?.subject ?? (parsed.ok ? parsed.touched[0] : undefined)
    return [
      {
        ...common,
        id: input.newId(),
        kind: 'rejected',
        subject_type: subject?.type ?? null,
        subject_id: subject?.id ?? null,
        field: decision.contest?.field ?? null,
        base: decision.contest?.base ?? null,
        yours: decision.contest?.yours ?? null,
        theirs: decision.contest?.theirs ?? null,
        code: decision.code as string | null,
        payload: command as unknown
      }
    ]
  })
}
