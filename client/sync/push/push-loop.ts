import type { RandomSource } from '#client/device/random.ts'
import { backoffMs, createWaker } from '../backoff.ts'
import type { FlushOutcome } from './flush-outbox.ts'

export interface PushLoop {
  /** Something was saved, or the line may be back: try now. */
  wake(): void
  /** What the last try came to; null before the first. */
  last(): FlushOutcome | null
  /** Whether a try is running. */
  sending(): boolean
  stop(): Promise<void>
}

/** While another page or worker sends; and at the latest, although every reason to send wakes the loop. */
const busyMs = 3_000
const idleMs = 300_000
/** So often in a row another page may be found sending before it is taken for frozen. What two send at once is known by its ids. */
const busyMost = 10

/** Sends at start and whenever woken; after failures waits with growing, jittered pauses or as long as the server asks. */
export function startPushLoop(parts: {
  /** `steal`: whoever else sends is taken for frozen. */
  flush(steal: boolean): Promise<FlushOutcome>
  random: RandomSource
  onChange?(): void
}): PushLoop {
  const waker = createWaker()
  let stopping = false
  let failures = 0
  let busy = 0
  let last: FlushOutcome | null = null
  let sending = false

  function pauseAfter(outcome: FlushOutcome): number {
    const failed = outcome.kind === 'offline' || outcome.kind === 'refused'
    failures = failed ? failures + 1 : 0
    busy = outcome.kind === 'busy' ? busy + 1 : 0
    if (outcome.kind === 'later') return outcome.afterMs
    if (outcome.kind === 'busy') return busyMs
    if (!failed) return idleMs
    const floor = outcome.kind === 'refused' ? (outcome.retryAfterMs ?? 0) : 0
    return backoffMs(failures, parts.random, { base: 1_000, cap: 60_000, floor })
  }

  async function run(): Promise<void> {
    await Promise.resolve()
    while (!stopping) {
      sending = true
      parts.onChange?.()
      last = await parts.flush(busy > busyMost).catch((): FlushOutcome => ({ kind: 'refused', status: 0, retryAfterMs: null }))
      sending = false
      parts.onChange?.()
      if (!stopping) await waker.wait(pauseAfter(last))
    }
  }

  const running = run()
  return {
    wake: () => waker.wake(),
    last: () => last,
    sending: () => sending,
    async stop() {
      stopping = true
      waker.wake()
      await running
    }
  }
}
