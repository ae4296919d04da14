import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import { layerKey } from './layer-rows.ts'

/** Categories, departments, staff: few, and looked at by many rules, so they stay in memory. */
export interface ReferenceCache {
  /** By `type:id`. */
  records(): ReadonlyMap<string, LocalRecord>
  close(): void
}

export async function createReferenceCache(reads: Pick<ReplicaReads, 'all' | 'onChange'>): Promise<ReferenceCache> {
  const byKey = new Map<string, LocalRecord>()
  const keys = new Map<string, string>()
  const take = (id: string, record: LocalRecord | null): void => {
    byKey.delete(keys.get(id) ?? '')
    if (!record) return
    keys.set(id, layerKey(record.type, id))
    byKey.set(layerKey(record.type, id), record)
  }
  const close = reads.onChange('reference', (changed) => changed.forEach(({ id, record }) => take(id, record)))
  for (const record of await reads.all('reference')) if (!keys.has(record.id)) take(record.id, record)
  return { records: () => byKey, close }
}
