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
  readonly layer: Map<string, LayeredRecord>
  /** By `type:id`: what the rules have asked for since this was set. */
  looked = new Map<string, LocalRecord | null>()
  readonly #base: ReadonlyMap<string, LocalRecord>

  constructor(base: ReadonlyMap<string, LocalRecord>, layer?: ReadonlyMap<string, LayeredRecord>) {
    this.#base = base
    this.layer = new Map(layer)
  }

  /** By `type:id`, without being noted. */
  at(key: string): LocalRecord | null {
    const layered = this.layer.get(key)
    return layered ? layered.record : (this.#base.get(key) ?? null)
  }

  get<T extends RecordFields>(type: T['type'], id: string): T | null {
    const key = layerKey(type, id)
    const record = this.at(key)
    this.looked.set(key, record)
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
