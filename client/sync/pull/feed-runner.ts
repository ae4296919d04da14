import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import type { RandomSource } from '#client/device/random.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { FeedTaken } from '#client/local-store/packed/disk/feed-fence.ts'
import { startReplicaFeed, type FedPage, type FeedNews, type ReplicaFeed } from '#client/local-store/replica-feed.ts'
import type { ReplicaStore } from '#client/local-store/replica-store.ts'
import { backoffMs, fraction } from '../backoff.ts'
import { startLiveStream, type LiveStream } from './live-stream.ts'
import { createPullLoop, type PullLoop } from './pull-loop.ts'

export interface FeedParts extends FeedNews {
  store: ReplicaStore
  api: ApiClient
  random: RandomSource
  onPage(page: PulledPage, first: boolean): void
  onReply(reply: PullReply): void
  onReset(collection: CollectionName): Promise<FedPage>
  /** A page is given to the replica after this: what a comparison under way found may be older, and is written before it. */
  beforePage(collection: CollectionName): Promise<unknown> | undefined
  /** Everything asked for has been read and written; `reached` is the position it is known to cover. */
  onQuiet(reached: string | null): void
  onChange(): void
  onTrouble(error: unknown): void
  onScopeChanged(): Promise<void>
}

/** Pull, live stream and poll of one device: run by one page at a time. */
export interface FeedRunner {
  poke(collections: readonly CollectionName[], position?: string): void
  /** The line may be back. */
  wake(): void
  pulling(): boolean
  live(): boolean
  inSync(): Promise<void>
  stop(): Promise<void>
}

const pollMs = 90_000
const pollSpreadMs = 30_000
const restartLimits = { base: 2_000, cap: 60_000 }

export function startFeedRunner(parts: FeedParts): FeedRunner {
  const feed = startHealingFeed(parts)
  const poll = startPoll(parts.random, () => feed.loop.poke(collectionNames))
  const stream: LiveStream = startLiveStream({
    api: parts.api,
    random: parts.random,
    onPoke: (poke) => feed.loop.poke(poke.collections, poke.position),
    onOpen() {
      parts.onChange()
      feed.loop.poke(collectionNames)
    },
    async onScopeChanged() {
      await parts.onScopeChanged()
      feed.loop.poke(collectionNames)
    }
  })
  return {
    poke: feed.loop.poke,
    wake() {
      stream.wake()
      feed.loop.wake()
      feed.loop.poke(collectionNames)
    },
    pulling: feed.pulling,
    live: () => stream.isOpen(),
    inSync: feed.inSync,
    async stop() {
      poll.stop()
      await Promise.all([stream.stop(), feed.stop()])
    }
  }
}

/** The replicas' feed, begun again at the last checkpoint that holds when a write failed (full disk, lost database). */
function startHealingFeed(parts: FeedParts) {
  let pulling = false
  let failures = 0
  let stopping = false
  let restart: ReturnType<typeof setTimeout> | undefined
  let feed: ReplicaFeed
  let stopFollowing: () => void = () => undefined
  const loop: PullLoop = createPullLoop({ ...parts, resync: (names) => feed.resync(names) })

  async function pull(name: CollectionName, from: Checkpoint | null): Promise<FedPage> {
    const page = await loop.pull(name, from)
    if (page.documents.length > 0) await parts.beforePage(name)
    return page
  }

  function begin(): void {
    feed = startReplicaFeed(parts.store, pull, parts)
    const following = feed.active$.subscribe((active) => {
      pulling = active
      if (!active) parts.onQuiet(loop.reached())
      parts.onChange()
    })
    stopFollowing = () => following.unsubscribe()
  }

  async function beginAgain(): Promise<void> {
    stopFollowing()
    await feed.stop()
    if (stopping) return
    parts.store.guard.failed = false
    begin()
  }

  parts.store.guard.onFailure = (error) => {
    if (stopping) return
    if (!(error instanceof FeedTaken)) parts.onTrouble(error)
    failures += 1
    clearTimeout(restart)
    restart = setTimeout(() => void beginAgain(), backoffMs(failures, parts.random, restartLimits))
  }
  begin()
  return {
    loop,
    pulling: () => pulling,
    inSync: () => feed.inSync(),
    async stop(): Promise<void> {
      stopping = true
      clearTimeout(restart)
      loop.stop()
      stopFollowing()
      await feed.stop()
    }
  }
}

/** Reads everything now and then, in case a poke was lost. */
function startPoll(random: RandomSource, poke: () => void): { stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  function again(): void {
    timer = setTimeout(
      () => {
        poke()
        again()
      },
      pollMs + pollSpreadMs * (2 * fraction(random) - 1)
    )
  }
  again()
  return { stop: () => clearTimeout(timer) }
}
