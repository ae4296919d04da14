import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import type { LockPort } from '#client/device/locks.ts'
import type { RandomSource } from '#client/device/random.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import type { ReplicaStore } from '#client/local-store/replica-store.ts'
import type { Session } from '#client/session/session.ts'
import type { LayerKeeper } from '../records/layer-keeper.ts'
import { createRepairDesk } from '../repair/repair-desk.ts'
import type { RepairReport } from '../repair/repair-due.ts'
import type { StatusDesk } from '../status-desk.ts'
import type { SyncStatus } from '../sync-status.ts'
import { releasePhotos } from '../upload/release-photos.ts'
import { startFeedRunner, type FeedRunner } from './feed-runner.ts'
import { startFeedTurn } from './feed-turn.ts'
import { openProgressBook } from './progress-book.ts'
import { createSendAgain } from './send-again.ts'
import type { SyncProgress } from './sync-progress.ts'

export interface FeedDeskParts {
  session: Session
  random: RandomSource
  locks: LockPort
  api: ApiClient
  outbox: Outbox
  store: ReplicaStore
  reads: ReplicaReads
  keeper: LayerKeeper
  status: StatusDesk
  /** Where there are copies to show, they are shown before anything is read from the server, ms. Default 0. */
  feedAfterMs?: number
}

export interface FeedDesk {
  poke(collections: readonly CollectionName[], position?: string): void
  wake(): void
  inSync(): Promise<void>
  /** Compares all copies with the server now and mends them. Throws what the line throws. */
  repair(): Promise<RepairReport>
  stop(): Promise<void>
}

/** Runs the feed in one page of this device (the others hear of changes), and keeps its books. */
export async function startFeedDesk(parts: FeedDeskParts, resend: () => Promise<void>): Promise<FeedDesk> {
  const books = await openBooks(parts, resend)
  let runner: FeedRunner | null = null
  let began: () => void = () => undefined
  let begun: Promise<void>
  const awaitTurn = (): void => void (begun = new Promise<void>((resolve) => (began = resolve)))
  awaitTurn()
  const sign = (): void => parts.status.sign({ pulling: runner?.pulling() ?? false, live: runner?.live() ?? false })

  const afterMs = parts.status.current().firstSync.done ? (parts.feedAfterMs ?? 0) : 0

  const turn = startFeedTurn(parts.locks, { name: `${parts.outbox.name}:feed`, afterMs }, () => {
    const own = startFeedRunner({
      ...parts,
      ...books,
      onChange: sign,
      async onScopeChanged() {
        await parts.session.tokens.refresh()
      }
    })
    runner = own
    began()
    return async () => {
      runner = null
      awaitTurn()
      sign()
      await own.stop()
    }
  })

  return {
    poke: (collections, position) => runner?.poke(collections, position),
    wake: () => (runner ? runner.wake() : turn.takeOver()),
    inSync: async () => {
      await begun
      await runner?.inSync()
      await books.idle()
    },
    /** What is found is written by the page that reads: where another has taken that over meanwhile, it is not. */
    async repair() {
      turn.takeOver()
      await begun
      return books.repair()
    },
    async stop() {
      await turn.stop()
      await books.idle()
    }
  }
}

/** What is remembered of the feed: progress, generation, what to tidy when it is quiet. */
async function openBooks(parts: FeedDeskParts, resend: () => Promise<void>) {
  const { outbox, status, keeper } = parts
  const readTo = new Map<CollectionName, Checkpoint>()
  let writtenTo: ReadonlyMap<CollectionName, Checkpoint> = new Map()
  const again = createSendAgain(outbox, resend)
  const lastPulledAt = await outbox.setting<number>('lastPulledAt')
  let lastReply: PullReply | null = null
  let writing: Promise<unknown> = Promise.resolve()
  const later = (work: () => Promise<unknown>): void => void (writing = writing.then(work).catch(() => undefined))
  const desk = createRepairDesk({ ...parts, onGeneration: again.check }, () => ({ at: lastReply?.serverTime ?? 0, readTo: writtenTo }))
  const book = openProgressBook((await outbox.setting<SyncProgress>('progress')) ?? {}, {
    tell: (told) => status.sign(told),
    save: (progress, saved) => later(() => outbox.putSetting('progress', progress).then(saved))
  })
  status.sign({ lastPulledAt })

  async function tidy(reached: string | null): Promise<void> {
    keeper.reached(reached)
    await keeper.refresh()
    await releasePhotos(outbox, parts.reads.get)
    if (!lastReply) return
    await again.check(lastReply.generation)
    await outbox.releaseDurable(lastReply.durableTo, lastReply)
    await outbox.putSetting('lastPulledAt', lastReply.serverTime)
    if (status.current().firstSync.done) await desk.look({ now: lastReply.serverTime, lastPulledAt })
  }

  return {
    ...book,
    onPage(page: PulledPage, first: boolean): void {
      readTo.set(page.collection, page.checkpoint)
      book.onPage(page, first)
    },
    onReply(reply: PullReply): void {
      lastReply = reply
      status.sign({ lastPulledAt: reply.serverTime })
      later(() => again.check(reply.generation))
    },
    onReset: desk.reconcile,
    repair: desk.repair,
    beforePage: desk.atRest,
    onQuiet(reached: string | null): void {
      writtenTo = new Map(readTo)
      later(() => tidy(reached))
    },
    onTrouble: (error: unknown): void => status.sign({ trouble: troubleOf(error) }),
    idle(): Promise<unknown> {
      book.flush()
      return writing
    }
  }
}

function troubleOf(error: unknown): SyncStatus['trouble'] {
  if (error === null) return 'none'
  if (error instanceof OfflineError) return 'offline'
  if (!(error instanceof ApiError)) return 'server'
  if (error.status === 401 || error.status === 403) return 'loggedOut'
  return error.status === 426 ? 'upgrade' : 'server'
}
