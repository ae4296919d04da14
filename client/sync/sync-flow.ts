import { collectionNames } from '#shared/protocol/collection-names.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { FeedDesk, FeedDeskParts } from './pull/feed-desk.ts'
import { startFeedDesk } from './pull/feed-desk.ts'
import { flushOutbox } from './push/flush-outbox.ts'
import { newFlushMemory } from './push/push-batch.ts'
import { startPushLoop, type PushLoop } from './push/push-loop.ts'
import { createSettledDesk } from './settled-desk.ts'
import { releasePhotos } from './upload/release-photos.ts'
import { startUploadLoop } from './upload/upload-loop.ts'
import type { StoredState } from './status-desk.ts'
import { onWakeSignal } from './wake-signals.ts'

export interface SyncFlowParts extends FeedDeskParts {
  clock: DeviceClock
  app: string
  tenantId: string
}

export interface SyncFlow {
  /** Something was saved here. */
  saved(): void
  /** Send and read now. */
  wake(): void
  inSync(): Promise<void>
  repair: FeedDesk['repair']
  stop(): Promise<void>
}

/** Lets outbox, uploads, feed, replica, layer and status move each other. */
export async function startSyncFlow(parts: SyncFlowParts): Promise<SyncFlow> {
  const { outbox, status, keeper } = parts
  const memory = newFlushMemory()
  const desk = createSettledDesk(parts)
  await desk.take()
  status.store(await storedState(outbox))
  await keeper.refresh()
  const feed = await startFeedDesk(parts, () => push.wake())
  const uploads = startUploadLoop({ ...parts, onSent: () => releasePhotos(outbox, parts.reads.get) })
  const push: PushLoop = startPushLoop({
    random: parts.random,
    flush: () => flushOutbox({ ...parts, memory, onSettled }),
    onChange: () =>
      status.sign({ sending: push.sending(), ...(push.last()?.kind === 'ended' ? { trouble: 'loggedOut' } : {}) })
  })

  async function onSettled(reply: PushReply): Promise<void> {
    const received = reply.verdicts.flatMap(({ id, receipt }) => (receipt ? [{ id, position: receipt.position }] : []))
    keeper.awaitEvents(received)
    await desk.take()
    uploads.wake()
    const positions = received.map(({ position }) => position).sort(comparePositions)
    feed.poke(collectionNames, positions.at(-1))
  }

  function wake(): void {
    push.wake()
    uploads.wake()
    feed.wake()
  }

  const stops = [
    outbox.watch(desk.stored),
    onWakeSignal(wake),
    parts.session.subscribe((view) => {
      status.sign({ trouble: view.state === 'active' ? 'none' : 'loggedOut' })
      if (view.state === 'active') wake()
    })
  ]
  return {
    saved: () => push.wake(),
    wake,
    inSync: feed.inSync,
    repair: feed.repair,
    async stop() {
      for (const stop of stops) stop()
      await Promise.all([push.stop(), uploads.stop(), feed.stop()])
      await desk.idle()
    }
  }
}

/** What waits here, all of it to be tried again: an app that has just started tells it before anything else. */
async function storedState(outbox: SyncFlowParts['outbox']): Promise<StoredState> {
  await outbox.retryTroubled()
  return { rows: await outbox.rows(), blobs: await outbox.blobs(), marks: await outbox.marks() }
}
