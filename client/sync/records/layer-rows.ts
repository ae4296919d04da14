import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { RecordFields, RecordWrite, Rows } from '#shared/protocol/define-command.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'

/** A record as pending commands leave it; null: removed. */
export interface LayeredRecord {
  collection: CollectionName
  type: string
  id: string
  record: LocalRecord | null
}

export const layerKey = (type: string, id: string): string => `${type}:${id}`

/** Records for rules: what pending commands have made, over what the replica holds. Never writes to the replica. */
export class LayerRows implements Rows {
  readonly layer = new Map<string, LayeredRecord>()
  readonly #base: ReadonlyMap<string, LocalRecord>

  constructor(base: ReadonlyMap<string, LocalRecord>) {
    this.#base = base
  }

  get<T extends RecordFields>(type: T['type'], id: string): T | null {
    const layered = this.layer.get(layerKey(type, id))
    const record = layered ? layered.record : (this.#base.get(layerKey(type, id)) ?? null)
    return record as T | null
  }

  apply(writes: readonly RecordWrite[]): void {
    for (const write of writes) {
      const { type, id } = 'record' in write ? write.record : write.remove
      const record = 'record' in write ? (write.record as LocalRecord) : null
      this.layer.set(layerKey(type, id), { collection: write.collection, type, id, record })
    }
  }
}
