import type { RecordFields, RecordWrite, Rows, TouchedRecord } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { loadRecords, removedIds } from './record-store.ts'
import type { SyncRegistry } from '../registry.ts'

const keyOf = (type: string, id: string) => `${type}/${id}`

/** The records a batch touches: locked rows, then changed in memory command by command, so that a later one sees an earlier. */
export class WorkingRows implements Rows {
  private readonly rows = new Map<string, RecordFields>()
  /** As they were before the batch, to tell what changed. */
  private readonly before = new Map<string, RecordFields>()

  /** Loads everything touched, one select per type in a fixed order, so that two batches cannot lock each other out. */
  static async load(tx: Tx, registry: SyncRegistry, touched: readonly TouchedRecord[]): Promise<WorkingRows> {
    const working = new WorkingRows()
    await working.loadMore(tx, registry, touched)
    const missing = touched.filter((ref) => ref.as === 'create' && !working.rows.has(keyOf(ref.type, ref.id)))
    const removed = missing.length > 0 ? new Set(await removedIds(tx, missing.map((ref) => ref.id))) : new Set<string>()
    for (const ref of missing) {
      if (removed.has(ref.id)) working.rows.set(keyOf(ref.type, ref.id), { id: ref.id, type: ref.type })
    }
    return working
  }

  /** Loads what is not here yet; what a command of the batch already changed stays as it is. */
  async loadMore(tx: Tx, registry: SyncRegistry, wanted: readonly TouchedRecord[]): Promise<void> {
    for (const type of registry.records.values()) {
      const missing = wanted.filter((ref) => ref.type === type.type && !this.rows.has(keyOf(ref.type, ref.id)))
      const ids = [...new Set(missing.map((ref) => ref.id))]
      if (ids.length === 0) continue
      for (const record of await loadRecords(tx, type, ids)) this.keep(record)
    }
  }

  private keep(record: RecordFields): void {
    this.rows.set(keyOf(record.type, record.id), record)
    this.before.set(keyOf(record.type, record.id), record)
  }

  get<T extends RecordFields>(type: T['type'], id: string): T | null {
    return (this.rows.get(keyOf(type, id)) as T | undefined) ?? null
  }

  apply(writes: readonly RecordWrite[]): void {
    for (const write of writes) {
      if ('record' in write) this.rows.set(keyOf(write.record.type, write.record.id), write.record)
      else this.rows.delete(keyOf(write.remove.type, write.remove.id))
    }
  }

  original(type: string, id: string): RecordFields | null {
    return this.before.get(keyOf(type, id)) ?? null
  }
}
