import type { RecordWrite } from '#shared/protocol/define-command.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { fieldFacts } from '#shared/schema-facts.ts'
import { changedFields, type FactsOfFields } from '../../audit/changed-fields.ts'
import { idOf, typeOf, type Judgement } from './judge-batch.ts'
import type { RecordType, SyncRegistry } from '../registry.ts'

/**
 * One audit row per written record: changed fields before and after. What is personal, secret or sealed is named, its value is not kept.
 * `same` holds what is equal in all rows.
 */
export function auditRows(
  judgements: readonly Judgement[],
  input: { registry: SyncRegistry; actor: Actor; now: number; requestId: string | null; newId(): string }
) {
  const { userId, role, deviceId } = input.actor
  const same = { at: new Date(input.now).toISOString(), actor_id: userId, actor_role: role, device_id: deviceId, request_id: input.requestId }
  const rows = judgements.flatMap(({ command, decision, before }) => {
    if (!decision.ok) return []
    return decision.writes.map((write) => ({
      id: input.newId(),
      claimed_at: new Date(command.at).toISOString(),
      command_id: command.id,
      action: command.name,
      subject_type: typeOf(write),
      subject_id: idOf(write),
      ...changesOf(write, before.get(idOf(write)) ?? null, input.registry)
    }))
  })
  return { rows, same }
}

function changesOf(write: RecordWrite, before: Record<string, unknown> | null, registry: SyncRegistry) {
  return changedFields(before, 'record' in write ? write.record : null, factsOf(registry.records.get(typeOf(write))))
}

const factsByType = new WeakMap<RecordType, FactsOfFields>()

function factsOf(type: RecordType | undefined): FactsOfFields {
  if (!type) return {}
  const known = factsByType.get(type)
  if (known) return known
  const sealed = (type.sealed ?? []).map((name) => [name, { sensitivity: 'secret', kind: 'text' }] as const)
  const facts: FactsOfFields = { ...fieldFacts(type.schema), ...Object.fromEntries(sealed) }
  factsByType.set(type, facts)
  return facts
}
