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
    list: async (query) => openView(parts, query, await load(parts, query)).shown(),
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

/** What a query shows over these records of the replica, kept up by each change instead of being made anew from all. */
function openView(parts: ViewParts, query: ViewQuery, base: Map<string, LocalRecord>) {
  const records = new Map<string, LocalRecord>()
  const pending = new Set<string>()
  let laid: PendingLayer['records'] = new Map()

  function settle(id: string): void {
    const layered = laid.size > 0 ? laid.get(layerKey(query.type, id)) : undefined
    const record = layered ? layered.record : base.get(id)
    const isShown = record && (!layered || belongs(parts, query, record)) && (query.where?.(record) ?? true)
    if (isShown) records.set(id, record)
    else records.delete(id)
    if (isShown && layered) pending.add(id)
    else pending.delete(id)
  }

  function layPending(): void {
    const before = laid
    laid = parts.layer().records
    if (laid === before) return
    for (const [key, { type, id, record }] of laid) if (type === query.type && before.get(key)?.record !== record) settle(id)
    for (const [key, { type, id }] of before) if (type === query.type && !laid.has(key)) settle(id)
  }

  for (const id of base.keys()) settle(id)
  return {
    patch(id: string, record: LocalRecord | null): void {
      if (record && belongs(parts, query, record)) base.set(id, record)
      else base.delete(id)
      settle(id)
    },
    shown(): Shown {
      layPending()
      return { records: [...records.values()], pending: new Set(pending) }
    }
  }
}

async function load(parts: ViewParts, { collection, type, parent }: ViewQuery): Promise<Map<string, LocalRecord>> {
  const records = await parts.reads.list(collection, parent === undefined ? { type } : { type, parent })
  return new Map(records.map((record) => [record.id, record]))
}

/** Reads once, then patches the result with each change, so that a page of the first sync does not read all again. */
function watchQuery(parts: ViewParts, query: ViewQuery, listener: (shown: Shown) => void): () => void {
  let view: ReturnType<typeof openView> | null = null
  const early = new Map<string, LocalRecord | null>()
  const tell = gathered(() => view && listener(view.shown()))
  const stopChanges = parts.reads.onChange(query.collection, (changed) => {
    for (const { id, record } of changed) {
      if (view) view.patch(id, record)
      else early.set(id, record)
    }
    tell.soon()
  })
  const stopLayer = parts.onLayer(tell.soon)
  void load(parts, query).then(
    (loaded) => {
      view = openView(parts, query, loaded)
      for (const [id, record] of early) view.patch(id, record)
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
