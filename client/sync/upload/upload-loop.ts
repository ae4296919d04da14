import type { RandomSource } from '#client/device/random.ts'
import { backoffMs, createWaker } from '../backoff.ts'
import type { UploadOutcome, UploadParts } from './upload-photos.ts'

export interface UploadLoop {
  wake(): void
  stop(): Promise<void>
}

const idleMs = 600_000
const busyMs = 5_000
/** So often another page may be found uploading, on a slow line a photo takes minutes, before it is taken for frozen. */
const busyMost = 120

/** Uploads at start and whenever woken; pauses grow after failures. */
export function startUploadLoop(parts: UploadParts & { random: RandomSource }): UploadLoop {
  const waker = createWaker()
  let stopping = false
  let failures = 0
  let busy = 0

  async function run(): Promise<void> {
    while (!stopping) {
      const outcome = await uploadWaiting({ ...parts, steal: busy > busyMost }).catch((): UploadOutcome => ({ kind: 'failed', retryAfterMs: null }))
      failures = outcome.kind === 'failed' ? failures + 1 : 0
      busy = outcome.kind === 'busy' ? busy + 1 : 0
      if (stopping) return
      if (outcome.kind === 'failed') {
        const floor = outcome.retryAfterMs ?? 0
        await waker.wait(backoffMs(failures, parts.random, { base: 2_000, cap: 120_000, floor }))
      } else await waker.wait(outcome.kind === 'busy' ? busyMs : idleMs)
    }
  }

  const running = run()
  return {
    wake: () => waker.wake(),
    async stop() {
      stopping = true
      waker.wake()
      await running
    }
  }
}

/** How photos are sent is fetched with the first one: a start without photos goes without it. */
async function uploadWaiting(parts: UploadParts): Promise<UploadOutcome> {
  if ((await parts.outbox.blobs()).length === 0) return { kind: 'clean' }
  return (await import('./upload-photos.ts')).uploadPhotos(parts)
}
