import { inject, onScopeDispose, shallowRef, watchEffect, type App, type InjectionKey, type ShallowRef } from 'vue'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { SearchHit } from '#shared/search-key/search-index.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { PendingEvent } from './records/pending-layer.ts'
import type { ViewQuery } from './records/record-view.ts'
import type { SyncEngine } from './sync-engine.ts'
import type { SyncStatus } from './sync-status.ts'

const engineKey: InjectionKey<SyncEngine> = Symbol('sync engine')

/** Makes the engine known to all components of the app. */
export function provideSyncEngine(app: App, engine: SyncEngine): void {
  app.provide(engineKey, engine)
}

/** The engine of the logged-in person. Throws outside the logged-in part of the app. */
export function useSyncEngine(): SyncEngine {
  const engine = inject(engineKey)
  if (!engine) throw new Error('No sync engine has been provided.')
  return engine
}

/** The Sync Centre's facts, live. */
export function useSyncStatus(): Readonly<ShallowRef<SyncStatus>> {
  const engine = useSyncEngine()
  const status = shallowRef(engine.status())
  onScopeDispose(engine.onStatus((next) => (status.value = next)))
  return status
}

export interface LiveRecords<T> {
  readonly records: Readonly<ShallowRef<T[]>>
  /** Ids of records that hold something not yet received. */
  readonly pending: Readonly<ShallowRef<ReadonlySet<string>>>
  /** False until the first answer of the local database. */
  readonly ready: Readonly<ShallowRef<boolean>>
}

/** Records of a type, live and unsorted. `query` may read refs; null shows nothing. */
export function useRecords<T extends LocalRecord = LocalRecord>(query: () => ViewQuery | null): LiveRecords<T> {
  const engine = useSyncEngine()
  const records = shallowRef<T[]>([])
  const pending = shallowRef<ReadonlySet<string>>(new Set())
  const ready = shallowRef(false)
  watchEffect((onCleanup) => {
    const wanted = query()
    ready.value = false
    records.value = []
    if (!wanted) return
    onCleanup(
      engine.records.watch(wanted, (shown) => {
        records.value = shown.records as T[]
        pending.value = shown.pending
        ready.value = true
      })
    )
  })
  return { records, pending, ready }
}

export interface LiveRecord<T> {
  /** Null while it is read and when there is none: see `ready`. */
  readonly record: Readonly<ShallowRef<T | null>>
  readonly pending: Readonly<ShallowRef<boolean>>
  readonly ready: Readonly<ShallowRef<boolean>>
}

/** One record, live. `ref` may read refs; null shows nothing. */
export function useRecord<T extends LocalRecord = LocalRecord>(
  ref: () => { collection: CollectionName; type: string; id: string } | null
): LiveRecord<T> {
  const engine = useSyncEngine()
  const record: ShallowRef<T | null> = shallowRef(null)
  const pending = shallowRef(false)
  const ready = shallowRef(false)
  watchEffect((onCleanup) => {
    const wanted = ref()
    ready.value = false
    record.value = null
    if (!wanted) return
    onCleanup(
      engine.records.watchRecord(wanted, (shown) => {
        record.value = shown.record as T | null
        pending.value = shown.pending
        ready.value = true
      })
    )
  })
  return { record, pending, ready }
}

/** Timeline entries of a record that are only on this device yet, live. */
export function usePendingEvents(
  subject: () => { type: string; id: string } | null
): Readonly<ShallowRef<PendingEvent[]>> {
  const engine = useSyncEngine()
  const events = shallowRef<PendingEvent[]>([])
  const read = (): void => {
    const wanted = subject()
    events.value = wanted ? engine.records.pendingEvents(wanted.type, wanted.id) : []
  }
  watchEffect(read)
  onScopeDispose(engine.records.onPending(read))
  return events
}

/** People found by what is typed, live in `query`. Loading begins with the first use. A slower answer never replaces a later one. */
export function usePeopleSearch(
  query: () => string,
  limit = 50
): { hits: Readonly<ShallowRef<SearchHit[]>>; ready: Readonly<ShallowRef<boolean>> } {
  const engine = useSyncEngine()
  const hits = shallowRef<SearchHit[]>([])
  const ready = shallowRef(engine.people.ready())
  watchEffect((onCleanup) => {
    let isLatest = true
    onCleanup(() => (isLatest = false))
    const typed = query()
    if (!ready.value && typed === '') hits.value = []
    else void engine.people.search(typed, limit).then((found) => isLatest && (hits.value = found), () => undefined)
  })
  void engine.people.load().then(
    () => (ready.value = true),
    () => undefined
  )
  return { hits, ready }
}
