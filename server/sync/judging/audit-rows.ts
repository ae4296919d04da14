import { sameValue } from '#shared/protocol/canonical-json.ts'
import type { RecordWrite } from '#shared/protocol/define-command.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { fieldFacts } from '#shared/schema-facts.ts'
import { idOf, typeOf, type Judgement } from './judge-batch.ts'
import type { RecordType, SyncRegistry } from '../registry.ts'

const hidden = '(not kept)'

/**
 * One audit row per written record: changed fields before and after. Secret and sealed fields are named, their values are not kept.
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
      ...changedFields(write, before.get(idOf(write)) ?? null, input.registry)
    }))
  })
  return { rows, same }
}

function changedFields(write: RecordWrite, before: Record<string, unknown> | null, registry: SyncRegistry) {
  const after = 'record' in write ? write.record : null
  const secrets = secretsOf(registry.records.get(typeOf(write)))
  const fields = before && after ? new Set([...Object.keys(before), ...Object.keys(after)]) : Object.keys(before ?? after ?? {})
  const names = [...fields].filter((name) => !sameValue(before?.[name], after?.[name]))
  const shown = (row: Record<string, unknown> | null) => {
    const kept: Record<string, unknown> = {}
    if (row) for (const name of names) kept[name] = secrets.has(name) ? hidden : (row[name] ?? null)
    return row && kept
  }
  return { before: shown(before), after: shown(after) }
}

const secretsByType = new WeakMap<RecordType, ReadonlySet<string>>()

function secretsOf(type: RecordType | undefined): ReadonlySet<string> {
  const known = type && secretsByType.get(type)
  if (known) return known
  const facts: Record<string, { sensitivity: string }> = type ? fieldFacts(type.schema) : {}
  const secret = Object.keys(facts).filter((name) => facts[name]?.sensitivity === 'secret')
  const secrets = new Set([...secret, ...(type?.sealed ?? [])])
  if (type) secretsByType.set(type, secrets)
  return secrets
}
