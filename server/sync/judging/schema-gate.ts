import { reject, type Decision, type RecordWrite } from '#shared/protocol/define-command.ts'
import type { SyncRegistry } from '../registry.ts'

/**
 * The last gate before the database: whatever the rule or the merge made, the record must satisfy its noun's schema. If it
 * does not, what is stored stands and the whole command is kept as an issue.
 */
export function refusedBySchema(writes: readonly RecordWrite[], registry: SyncRegistry): Decision | null {
  for (const write of writes) {
    const type = registry.records.get('record' in write ? write.record.type : write.remove.type)
    if (!type || type.readOnly) return reject('not_allowed')
    if (!('record' in write)) continue
    const parsed = type.schema.safeParse(write.record)
    if (!parsed.success) {
      return reject('invalid_args', parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })))
    }
  }
  return null
}
