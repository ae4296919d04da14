import { sameValue } from '#shared/protocol/canonical-json.ts'
import type { RecordWrite } from '#shared/protocol/define-command.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { fieldFacts } from '#shared/schema-facts.ts'
import { idOf, typeOf, type Judgement } from './judge-batch.ts'
import type { SyncRegistry } from '../registry.ts'

const hidden = '(not kept)'

/** One audit row per written record: changed fields before and after. Secret fields are named, their values are not kept. */
export function auditRows(
  judgements: readonly Judgement[],
  input: { registry: SyncRegistry; actor: Actor; now: number; requestId: string | null; newId(): string }
) {
  return judgements.flatMap(({ command, decision, before }) => {
    if (!decision.ok) return []
    return decision.writes.map((write) => ({
      id: input.newId(),
      at: new Date(input.now).toISOString(),
      claimed_at: new Date(command.at).toISOString(),
      actor_id: input.actor.userId,
      actor_role: input.actor.role,
      device_id: input.actor.deviceId,
      command_id: command.id,
      request_id: input.requestId,
      action: command.name,
      subject_type: typeOf(write),
      subject_id: idOf(write),
      ...changedFields(write, before.get(idOf(write)) ?? null, input.registry)
    }))
  })
}

function changedFields(write: RecordWrite, before: Record<string, unknown> | null, registry: SyncRegistry) {
  const after = 'record' in write ? write.record : null
  const type = registry.records.get(typeOf(write))
  const facts: Record<string, { sensitivity: string }> = type ? fieldFacts(type.schema) : {}
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => !sameValue(before?.[name], after?.[name])
  )
  const shown = (row: Record<string, unknown> | null) =>
    row && Object.fromEntries(names.map((name) => [name, facts[name]?.sensitivity === 'secret' ? hidden : (row[name] ?? null)]))
  return { before: shown(before), after: shown(after) }
}
