import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import { layerKey } from './layer-rows.ts'
import type { PendingEvent, PendingLayer } from './pending-layer.ts'

export interface ViewQuery {
  collection: CollectionName
  type: string
  /** Only records that hang on this one: people of a household, entries of a grievance. Read by index. */
  parent?: string
  /** A further condition, judged on each record. */
  where?(record: LocalRecord): boolean
}

/** What a query shows now. */
export interface Shown {
  records: LocalRecord[]
  /** Ids of records that hold something not yet received. */
  pending: ReadonlySet<string>
}

export interface ShownRecord {
  record: LocalRecord | null
  pending: boolean
}

/** Records as a person sees them: what the server has said, with the effect of everything saved here on top. */
export interface RecordView {
  get(collection: CollectionName, type: string, id: string): Promise<LocalRecord | null>
  list(query: ViewQuery): Promise<Shown>
  /** Calls back with the result now and after each change, unsorted; returns the way to stop. */
  watch(query: ViewQuery, listener: (shown: Shown) => void): () => void
  watchRecord(
    ref: { collection: CollectionName; type: string; id: string },
    listener: (shown: ShownRecord) => void
  ): () => void
  /** Timeline entries of a record that are only here yet, in order of saving. */
  pendingEvents(type: string, id: string): PendingEvent[]
  /** Called when pending effects or events changed; returns the way to stop. */
  onPending(listener: () => void): () => void
}

export interface ViewParts {
  reads: Pick<ReplicaReads, 'get' | 'list' | 'onChange'>
  layer(): PendingLayer
  onLayer(listener: () => void): () => void
  parents: Readonly<Record<string, string>>
}

/** The first change is shown at once; what follows within this time is shown together at its end, ms. */
const gatherMs = 25

export function createRecordView(parts: ViewParts): RecordView {
  async function get(collection: CollectionName, type: string, id: string): Promise<LocalRecord | null> {
    const layered = parts.layer().records.get(layerKey(type, id))
    return layered ? layered.record : ((await parts.reads.get(collection, [id])).get(id) ?? null)
  }

  return {
    get,
    list: async (query) => shown(parts, query, await load(parts, query)),
    watch: (query, listener) => watchQuery(parts, query, listener),
    watchRecord(ref, listener) {
      const read = async (): Promise<void> => {
        const record = await get(ref.collection, ref.type, ref.id).catch(() => null)
        if (!tell.stopped()) listener({ record, pending: parts.layer().records.has(layerKey(ref.type, ref.id)) })
      }
      const tell = gathered(() => void read())
      const stopChanges = parts.reads.onChange(
        ref.collection,
        (changed) => changed.some(({ id }) => id === ref.id) && tell.soon()
      )
      const stopLayer = parts.onLayer(tell.soon)
      tell.now()
      return () => [stopChanges, stopLayer, tell.stop].forEach((stop) => stop())
    },
    pendingEvents: (type, id) =>
      parts.layer().events.filter(({ event }) => event.subject.type === type && event.subject.id === id),
    onPending: parts.onLayer
  }
}

/** Whether the record belongs to the stored part of the query: type and parent. */
function belongs(parts: ViewParts, query: ViewQuery, record: LocalRecord): boolean {
  if (record.type !== query.type) return false
  return query.parent === undefined || record[parts.parents[query.type] ?? ''] === query.parent
}

function shown(parts: ViewParts, query: ViewQuery, base: ReadonlyMap<string, LocalRecord>): Shown {
  const wanted = (record: LocalRecord): boolean => query.where?.(record) ?? true
  const pending = new Set<string>()
  const records = new Map([...base].filter(([, record]) => wanted(record)))
  for (const { type, id, record } of parts.layer().records.values()) {
    if (type !== query.type) continue
    records.delete(id)
    if (!record || !belongs(parts, query, record) || !wanted(record)) continue
    records.set(id, record)
    pending.add(id)
  }
  return { records: [...records.values()], pending }
}

async function load(parts: ViewParts, { collection, type, parent }: ViewQuery): Promise<Map<string, LocalRecord>> {
  const records = await parts.reads.list(collection, parent === undefined ? { type } : { type, parent })
  return new Map(records.map((record) => [record.id, record]))
}

/** Reads once, then patches the result with each change, so that a page of the first sync does not read all again. */
function watchQuery(parts: ViewParts, query: ViewQuery, listener: (shown: Shown) => void): () => void {
  let base: Map<string, LocalRecord> | null = null
  const early = new Map<string, LocalRecord | null>()
  const tell = gathered(() => base && listener(shown(parts, query, base)))
  const patch = (target: Map<string, LocalRecord>, id: string, record: LocalRecord | null): void => {
    if (record && belongs(parts, query, record)) target.set(id, record)
    else target.delete(id)
  }
  const stopChanges = parts.reads.onChange(query.collection, (changed) => {
    for (const { id, record } of changed) {
      if (base) patch(base, id, record)
      else early.set(id, record)
    }
    tell.soon()
  })
  const stopLayer = parts.onLayer(tell.soon)
  void load(parts, query).then(
    (loaded) => {
      for (const [id, record] of early) patch(loaded, id, record)
      base = loaded
      tell.now()
    },
    () => undefined
  )
  return () => [stopChanges, stopLayer, tell.stop].forEach((stop) => stop())
}

function gathered(run: () => void) {
  let rest: ReturnType<typeof setTimeout> | undefined
  let more = false
  let stopped = false
  const now = (): void => {
    clearTimeout(rest)
    more = false
    if (stopped) return
    rest = setTimeout(() => {
      rest = undefined
      if (more) now()
    }, gatherMs)
    run()
  }
  return {
    now,
    soon: (): void => {
      if (rest === undefined) now()
      else more = true
    },
    stop: (): void => {
      stopped = true
      clearTimeout(rest)
    },
    stopped: () => stopped
  }
}
