import type { RecordFields, RecordWrite, Rows, TouchedRecord } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { onceSeen, visibleIn, type Sight } from '../sight.ts'
import { loadRecords } from './record-store.ts'
import type { SyncRegistry } from '../registry.ts'

const keyOf = (type: string, id: string) => `${type}/${id}`

/**
 * What a record is for the actor. here: rules see it. hidden: it exists and he could see it once. gone: it was removed, and he
 * could see it. unknown: never heard of, like a record that
 * was never his, or that came a moment ago.
 */
export type Presence = 'here' | 'hidden' | 'gone' | 'unknown'

/**
 * The records a batch touches: locked rows, then changed in memory command by command, so that a later one sees an earlier.
 * Rules get only what the actor may see now.
 */
export class WorkingRows implements Rows {
  private readonly rows = new Map<string, RecordFields>()
  /** Exist, out of the actor's sight: no rule sees them, and their ids are taken. */
  private readonly hidden = new Set<string>()
  /** Of the missing and hidden ones those that the actor could see once. */
  private seen: ReadonlyMap<string, { removed: boolean }> = new Map()
  /** Ids of missing ones that were used once; they are never given out again. */
  private used: ReadonlyMap<string, unknown> = new Map()

  private readonly sight: Sight

  private constructor(sight: Sight) {
    this.sight = sight
  }

  /** Loads everything touched, one select per type in a fixed order, so that two batches cannot lock each other out. */
  static async load(tx: Tx, registry: SyncRegistry, wanted: { touched: readonly TouchedRecord[]; sight: Sight }): Promise<WorkingRows> {
    const working = new WorkingRows(wanted.sight)
    await working.loadMore(tx, registry, wanted.touched)
    const absent = wanted.touched.filter((ref) => ref.as !== 'look' && !working.rows.has(keyOf(ref.type, ref.id)))
    if (absent.length > 0) await working.lookForTraces(tx, absent)
    return working
  }

  /** Loads what is not here yet; what a command of the batch already changed stays as it is. */
  async loadMore(tx: Tx, registry: SyncRegistry, wanted: readonly TouchedRecord[]): Promise<void> {
    for (const type of registry.records.values()) {
      const missing = wanted.filter((ref) => ref.type === type.type && !this.rows.has(keyOf(ref.type, ref.id)))
      const ids = [...new Set(missing.map((ref) => ref.id))]
      if (ids.length === 0) continue
      for (const { record, visible } of await loadRecords(tx, type, { ids, scopes: visibleIn(this.sight, type.collection) })) {
        if (visible) this.rows.set(keyOf(record.type, record.id), record)
        else this.hidden.add(keyOf(record.type, record.id))
      }
    }
  }

  private async lookForTraces(tx: Tx, absent: readonly TouchedRecord[]): Promise<void> {
    const idsOf = (as: TouchedRecord['as']) => absent.filter((ref) => ref.as === as).map((ref) => ref.id)
    this.seen = await onceSeen(tx, this.sight, idsOf('need'))
    const created = idsOf('create')
    if (created.length > 0) this.used = await onceSeen(tx, { ...this.sight, scopes: null }, created)
  }

  get<T extends RecordFields>(type: T['type'], id: string): T | null {
    return (this.rows.get(keyOf(type, id)) as T | undefined) ?? null
  }

  presenceOf(ref: TouchedRecord): Presence {
    const key = keyOf(ref.type, ref.id)
    if (this.rows.has(key)) return 'here'
    const seen = this.seen.get(ref.id)
    if (!seen) return 'unknown'
    if (this.hidden.has(key)) return 'hidden'
    return seen.removed ? 'gone' : 'unknown'
  }

  /** Whether the id of a record to be created was given out before, to whomever. */
  isTaken(ref: TouchedRecord): boolean {
    const key = keyOf(ref.type, ref.id)
    return this.rows.has(key) || this.hidden.has(key) || this.used.has(ref.id)
  }

  apply(writes: readonly RecordWrite[]): void {
    for (const write of writes) {
      if ('record' in write) this.rows.set(keyOf(write.record.type, write.record.id), write.record)
      else this.rows.delete(keyOf(write.remove.type, write.remove.id))
    }
  }
}
