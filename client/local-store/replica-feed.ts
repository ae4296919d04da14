import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication'
import { combineLatest, map, Subject, type Observable } from 'rxjs'
import {
  collectionNames,
  type CollectionName,
  type Removal,
  type WireDocument
} from '#shared/protocol/collection-names.ts'
import { checkpointSchema, type Checkpoint } from '#shared/protocol/position.ts'
import type { ReplicaDocument } from './replica-document.ts'
import type { ReplicaStore } from './replica-store.ts'

export interface FedPage {
  documents: readonly (WireDocument | Removal)[]
  checkpoint: Checkpoint
}

/** Gets the next page that holds something, or an empty one when the feed is read to its end. Retries inside. */
export type PagePuller = (collection: CollectionName, checkpoint: Checkpoint | null) => Promise<FedPage>

/** What has become of the pages, per collection. */
export interface FeedNews {
  /** So many records more are written; those that were there already are not counted. */
  onWritten(collection: CollectionName, count: number): void
  /** Every page handed out so far is written. */
  onRested(collection: CollectionName): void
}

export interface ReplicaFeed {
  /** Asks for what is new in these collections. */
  resync(collections: readonly CollectionName[]): void
  /** Whether pages are being read or written now. */
  readonly active$: Observable<boolean>
  /** Resolves when all collections have been read to their end and written. */
  inSync(): Promise<void>
  /** Resolves when everything received is written or given up. The puller must have been told to stop before. */
  stop(): Promise<void>
}

/**
 * Feeds the replicas: pull only, one RxDB replication per collection. `batchSize: 1` lets the server choose the page:
 * RxDB goes on until an empty page. It is started by whoever holds this device's lock, so RxDB's own election is not used.
 * A tab may be frozen and keep what it read in its hands: the replicas are taken before checkpoints are read, so that only
 * the feed that began last can write.
 */
export function startReplicaFeed(store: ReplicaStore, pull: PagePuller, news?: FeedNews): ReplicaFeed {
  const resyncs = new Map<CollectionName, Subject<'RESYNC'>>()
  const replications = collectionNames.map((name) => {
    const stream$ = new Subject<'RESYNC'>()
    resyncs.set(name, stream$)
    const replication = replicateOne({ store, name, pull, stream$ })
    if (news) follow(replication, name, news)
    return replication
  })
  const taken = store.takeFeed().then(() => replications.forEach((one) => void one.start().catch(() => undefined)))
  taken.catch((error: unknown) => {
    store.guard.failed = true
    store.guard.onFailure(error)
  })
  return {
    resync: (names) => names.forEach((name) => resyncs.get(name)?.next('RESYNC')),
    active$: combineLatest(replications.map((one) => one.active$)).pipe(map((active) => active.includes(true))),
    inSync: async () => {
      await taken
      await Promise.all(replications.map((one) => one.awaitInSync()))
    },
    stop: async () => {
      await taken.catch(() => undefined)
      await Promise.all(replications.map((one) => one.cancel()))
    }
  }
}

function replicateOne(parts: {
  store: ReplicaStore
  name: CollectionName
  pull: PagePuller
  stream$: Subject<'RESYNC'>
}): RxReplicationState<ReplicaDocument, Checkpoint> {
  const { store, name, pull, stream$ } = parts
  return replicateRxCollection<ReplicaDocument, Checkpoint>({
    replicationIdentifier: 'sampark-feed',
    collection: store.database.collections[name],
    live: true,
    waitForLeadership: false,
    autoStart: false,
    toggleOnDocumentVisible: false,
    pull: {
      batchSize: 1,
      stream$: stream$.asObservable(),
      async handler(saved) {
        const checkpoint = checkpointSchema.safeParse(saved)
        const page = await pull(name, checkpoint.success ? checkpoint.data : null)
        const documents = page.documents.map((document) => store.toDocument(document, page.checkpoint.g))
        return { documents, checkpoint: page.checkpoint }
      }
    }
  })
}

/** Records come one by one, but are written many at a time: they are told as many at a time. */
function follow(
  replication: RxReplicationState<ReplicaDocument, Checkpoint>,
  name: CollectionName,
  news: FeedNews
): void {
  let fresh = 0
  replication.received$.subscribe(() => {
    fresh += 1
    if (fresh > 1) return
    queueMicrotask(() => {
      const count = fresh
      fresh = 0
      news.onWritten(name, count)
    })
  })
  replication.active$.subscribe((active) => {
    if (!active) queueMicrotask(() => news.onRested(name))
  })
}
