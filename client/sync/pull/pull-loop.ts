import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import { comparePositions, type Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import type { PulledPage, PullReply, PullRequest } from '#shared/protocol/pull.ts'
import type { RandomSource } from '#client/device/random.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError } from '#client/http/api-error.ts'
import type { FedPage, PagePuller } from '#client/local-store/replica-feed.ts'
import { backoffMs, createWaker } from '../backoff.ts'

export interface PullLoopParts {
  api: Pick<ApiClient, 'call'>
  random: RandomSource
  /** Each page, with whether it began its collection. */
  onPage(page: PulledPage, first: boolean): void
  onReply(reply: PullReply): void
  /**
   * The checkpoint means nothing any more: makes the collection equal to the server's and gives the page from which the
   * feed goes on. When it rejects, the collection is asked for again with the next poke or poll.
   */
  onReset(collection: CollectionName): Promise<FedPage>
  /** The last request failed (null: it worked). */
  onTrouble(error: unknown): void
  /** Asks RxDB to read these collections again. */
  resync(collections: readonly CollectionName[]): void
}

export interface PullLoop {
  /** Given to the replicas: the next page with something in it, or an empty one at the end. */
  pull: PagePuller
  /** Reads these collections again, up to the position if one is given. */
  poke(collections: readonly CollectionName[], position?: string): void
  /** The line may be back: ends a pause after a failure. */
  wake(): void
  /** The highest position that a poke or receipt named and the server's feed has shown since. */
  reached(): string | null
  stop(): void
}

interface Asked {
  from: Checkpoint | null
  answer(page: PulledPage | null): void
}

/** Handlers of several collections come within a few ms of each other: they share a request. So long it waits for those it expects. */
const gatherMs = 5
/** What the first screen shows: in a first sync it comes before the rest. */
const firstShown: readonly CollectionName[] = ['reference', 'cases', 'work']
const behindFirstMs = 250
const behindMostMs = 5_000

/** Turns the pulls of all collections into as few requests as possible, one on its way at a time, and retries them itself. */
export function createPullLoop(parts: PullLoopParts): PullLoop {
  const requests = new PullRequests(parts)
  const skipped = new Map<CollectionName, { at: string; to: Checkpoint }>()
  const ahead = new Map<CollectionName, { at: string; page: Promise<PulledPage | null> }>()

  /** The page after `from`; the one after a page that has more is on its way while that one is written. */
  function next(name: CollectionName, from: Checkpoint | null): Promise<PulledPage | null> {
    const early = ahead.get(name)
    ahead.delete(name)
    return early?.at === canonicalJson(from) ? early.page : requests.ask(name, from)
  }

  /** RxDB throws away an empty page with its checkpoint, so empty pages are read over here and remembered. */
  async function pull(name: CollectionName, saved: Checkpoint | null): Promise<FedPage> {
    const at = canonicalJson(saved)
    const empty = { documents: [], checkpoint: saved ?? { g: 0, s: {}, r: {} } }
    if (requests.endsAt(name, at)) return empty
    const known = skipped.get(name)
    let from = known?.at === at ? known.to : saved
    for (;;) {
      const page = await next(name, from)
      if (!page) return empty
      if (page.reset && from !== null) {
        const fed = await parts.onReset(name).catch((error: unknown) => void parts.onTrouble(error))
        if (!fed || fed.documents.length > 0) return fed ?? empty
        skipped.set(name, { at, to: fed.checkpoint })
        from = fed.checkpoint
        continue
      }
      parts.onPage(page, from === null)
      if (page.documents.length > 0) {
        const end = canonicalJson(page.checkpoint)
        if (page.done) requests.noteEnd(name, end)
        else ahead.set(name, { at: end, page: requests.ask(name, page.checkpoint) })
        return page
      }
      skipped.set(name, { at, to: page.checkpoint })
      if (page.done) return empty
      from = page.checkpoint
    }
  }

  return {
    pull,
    poke: (collections, position) => requests.poke(collections, position),
    wake: () => requests.wake(),
    reached: () => requests.reached(),
    stop: () => requests.stop()
  }
}

class PullRequests {
  readonly #parts: PullLoopParts
  readonly #waker = createWaker()
  readonly #asked = new Map<CollectionName, Asked>()
  /** Checkpoints at which a collection is known to have nothing more, until a poke says otherwise. */
  readonly #ended = new Map<CollectionName, string>()
  /** Told to read again after their last request was sent: the end that its reply shows may be an older one. */
  readonly #poked = new Set<CollectionName>()
  /** Collections that were told to read again, or have more to read, and have not asked yet. */
  readonly #expected = new Set<CollectionName>(collectionNames)
  #allHere: () => void = () => undefined
  readonly #reach = createReach((names) => this.#again(names))
  #pumping = false
  #stopping = false

  constructor(parts: PullLoopParts) {
    this.#parts = parts
  }

  /** Answers once: whoever asks twice wants to know anew. */
  endsAt(name: CollectionName, at: string): boolean {
    if (this.#ended.get(name) !== at) return false
    return this.#ended.delete(name)
  }

  /** RxDB drops a poke that came before it asked again, so after one the next question must reach the server. */
  noteEnd(name: CollectionName, at: string): void {
    if (!this.#poked.has(name)) this.#ended.set(name, at)
  }

  ask(name: CollectionName, from: Checkpoint | null): Promise<PulledPage | null> {
    if (this.#stopping) return Promise.resolve(null)
    return new Promise((answer) => {
      this.#asked.set(name, { from, answer })
      if (this.#expected.delete(name) && this.#expected.size === 0) this.#allHere()
      void this.#pump()
    })
  }

  poke(collections: readonly CollectionName[], position?: string): void {
    if (position !== undefined) this.#reach.want(collections, position)
    this.#again(collections)
  }

  wake(): void {
    this.#waker.wake()
  }

  reached(): string | null {
    return this.#reach.reached()
  }

  stop(): void {
    this.#stopping = true
    this.#reach.stop()
    this.#waker.wake()
    for (const one of this.#asked.values()) one.answer(null)
    this.#asked.clear()
  }

  #again(collections: readonly CollectionName[]): void {
    for (const name of collections) {
      this.#ended.delete(name)
      this.#poked.add(name)
      if (!this.#asked.has(name)) this.#expected.add(name)
    }
    this.#parts.resync(collections)
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    let failures = 0
    await this.#gather()
    while (this.#asked.size > 0 && !this.#stopping) {
      const error = await this.#round()
      failures = error === null ? 0 : failures + 1
      if (error !== null && !this.#stopping) await this.#waker.wait(this.#pauseAfter(error, failures))
      await this.#gather()
    }
    this.#pumping = false
  }

  /** Until all that were told to read again have asked, a few ms at most; so a poke that all have followed costs no pause. */
  async #gather(): Promise<void> {
    if (this.#expected.size > 0 || this.#asked.size === 0) {
      await Promise.race([pause(gatherMs), new Promise<void>((resolve) => (this.#allHere = resolve))])
    }
    this.#expected.clear()
  }

  /** One request for all that wait; null when it was answered, else why not. */
  async #round(): Promise<unknown> {
    const group = groupOf(this.#asked)
    const wanted = this.#reach.wanted()
    for (const name of group.keys()) this.#poked.delete(name)
    try {
      const reply = await send(this.#parts.api, group, wanted)
      for (const page of reply.pulls) this.#take(group, page)
      this.#reach.answered(wanted, reply.behind)
      this.#parts.onReply(reply)
      this.#parts.onTrouble(null)
      return null
    } catch (error) {
      this.#parts.onTrouble(error)
      return error ?? new Error('unknown')
    }
  }

  #take(group: ReadonlyMap<CollectionName, Asked>, page: PulledPage): void {
    const one = group.get(page.collection)
    if (!one || this.#asked.get(page.collection) !== one) return
    this.#asked.delete(page.collection)
    if (!page.done) this.#expected.add(page.collection)
    one.answer(page)
  }

  #pauseAfter(error: unknown, failures: number): number {
    const floor = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0
    const base = error instanceof ApiError && [401, 403, 426].includes(error.status) ? 30_000 : 1_000
    return backoffMs(failures, this.#parts.random, { base, cap: 60_000, floor })
  }
}

/** All that ask; in a first sync what the first screen shows goes ahead. */
function groupOf(asked: ReadonlyMap<CollectionName, Asked>): Map<CollectionName, Asked> {
  const all = [...asked]
  const ahead = all.filter(([name]) => firstShown.includes(name))
  return new Map(ahead.length > 0 && all.some(([, { from }]) => from === null) ? ahead : all)
}

function send(
  api: Pick<ApiClient, 'call'>,
  group: ReadonlyMap<CollectionName, Asked>,
  reach: string | null
): Promise<PullReply> {
  const pulls = [...group].map(([collection, { from }]) => ({ collection, checkpoint: from }))
  const body: PullRequest = { protocol: protocolVersion, pulls, ...(reach === null ? {} : { reach }) }
  return api.call<PullReply>({ method: 'POST', path: '/api/v1/sync/pull', body, timeoutMs: 60_000 })
}

/** Keeps the position a poke promised until the feed shows it: `behind` means come again soon, later and later. */
function createReach(readAgain: (collections: readonly CollectionName[]) => void) {
  const collections = new Set<CollectionName>()
  let wanted: string | null = null
  let reached: string | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let pauseMs = behindFirstMs
  return {
    wanted: () => wanted,
    reached: () => reached,
    want(names: readonly CollectionName[], position: string): void {
      for (const name of names) collections.add(name)
      if (wanted === null || comparePositions(position, wanted) > 0) wanted = position
    },
    answered(asked: string | null, behind: boolean): void {
      if (asked === null) return
      if (!behind) {
        reached = asked
        pauseMs = behindFirstMs
        if (wanted !== asked) return
        wanted = null
        collections.clear()
        return
      }
      const names = [...collections]
      clearTimeout(again)
      again = setTimeout(() => readAgain(names), pauseMs)
      pauseMs = Math.min(pauseMs * 2, behindMostMs)
    },
    stop: () => clearTimeout(again)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
