import { collectionNames } from '#shared/protocol/collection-names.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { FeedDesk, FeedDeskParts } from './pull/feed-desk.ts'
import { startFeedDesk } from './pull/feed-desk.ts'
import { createLinePolicy, type HeldByLine, type LinePolicy } from './line/line-policy.ts'
import { browserLine, type LineWatch } from './line/mobile-data.ts'
import { flushOutbox } from './push/flush-outbox.ts'
import { newFlushMemory } from './push/push-batch.ts'
import { startPushLoop, type PushLoop } from './push/push-loop.ts'
import { createSettledDesk } from './settled-desk.ts'
import { releasePhotos } from './upload/release-photos.ts'
import { startUploadLoop } from './upload/upload-loop.ts'
import type { OutboxState } from '#client/local-store/sealed-outbox/outbox-book.ts'
import { hasNoNetwork, onWakeSignal } from './wake-signals.ts'

export interface SyncFlowParts extends FeedDeskParts {
  clock: DeviceClock
  app: string
  tenantId: string
  /** Default: what the browser says. */
  line?: LineWatch | undefined
}

export interface SyncFlow {
  /** Something was saved here. */
  saved(): void
  /** Send and read now. */
  wake(): void
  line: LinePolicy
  inSync(): Promise<void>
  repair: FeedDesk['repair']
  stop(): Promise<void>
}

/** At the latest: every change of the line wakes the loop. */
const heldMs = 300_000

/** Lets outbox, uploads, feed, replica, layer and status move each other. */
export async function startSyncFlow(parts: SyncFlowParts): Promise<SyncFlow> {
  const { outbox, status, keeper } = parts
  const memory = newFlushMemory()
  const desk = createSettledDesk(parts)
  await desk.take()
  status.store(await storedState(outbox))
  await keeper.refresh()
  const line = createLinePolicy(outbox, parts.line ?? browserLine())
  const held = heldTeller(line, status)
  const feed = await startFeedDesk(parts, () => (push.wake(), desk.idle()))
  const uploads = startUploadLoop({ ...parts, maySend: async () => (await held()) === 'none', onSent: () => releasePhotos(outbox, parts.reads.get) })
  const push: PushLoop = startPushLoop({
    random: parts.random,
    flush: async (steal) => ((await held()) === 'all' ? { kind: 'later', afterMs: heldMs } : flushOutbox({ ...parts, memory, onSettled, steal })),
    onChange: () => status.sign({ sending: push.sending(), ...(push.last()?.kind === 'ended' ? { trouble: 'loggedOut' } : {}) })
  })

  async function onSettled(reply: PushReply): Promise<void> {
    const received = reply.verdicts.flatMap(({ id, receipt }) => (receipt ? [{ id, position: receipt.position }] : []))
    keeper.awaitEvents(received)
    await desk.take()
    uploads.wake()
    feed.poke(collectionNames, received.map(({ position }) => position).sort(comparePositions).at(-1))
  }

  function wake(): void {
    push.wake()
    uploads.wake()
    feed.wake()
  }

  const stops = [
    outbox.watch(desk.stored),
    onWakeSignal(wake),
    line.onChange(wake),
    parts.session.subscribe((view) => {
      status.sign({ trouble: view.state === 'active' ? 'none' : 'loggedOut' })
      if (view.state === 'active') wake()
    })
  ]
  return {
    /** Where there is no network at all, one try has told so: the next one comes with the network, or after its pause. */
    saved: () => (push.last()?.kind === 'offline' && hasNoNetwork() ? undefined : push.wake()),
    wake,
    line,
    inSync: feed.inSync,
    repair: feed.repair,
    async stop() {
      for (const stop of stops) stop()
      await Promise.all([push.stop(), uploads.stop(), feed.stop()])
      await desk.idle()
    }
  }
}

/** What waits for another line, told to who looks at the status whenever it is asked. */
function heldTeller(line: LinePolicy, status: FeedDeskParts['status']): () => Promise<HeldByLine> {
  return async () => {
    const held = await line.held()
    status.sign({ held })
    return held
  }
}

/** What waits here, all of it to be tried again: an app that has just started tells it before anything else. */
async function storedState(outbox: SyncFlowParts['outbox']): Promise<OutboxState> {
  await outbox.retryTroubled()
  return outbox.known()
}
