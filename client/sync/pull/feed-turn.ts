import type { LockPort } from '#client/device/locks.ts'

/** So long a page waits in line before it takes the feed over, ms. */
const patienceMs = 5_000

export interface FeedTurn {
  /** The page is looked at, or the line is back: takes the feed over from another page that has it. */
  takeOver(): void
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/**
 * One page of this device at a time runs the feed, the others wait in line. The page that is looked at takes it over, because
 * the one that has it may be frozen; that one ends its own when it hears of it. Where two read for a moment, only the one
 * that began last can write (`takeFeed`).
 * `begin` starts the feed and gives the way to end it; nobody begins by itself in the first `afterMs`.
 */
export function startFeedTurn(locks: LockPort, { name, afterMs = 0 }: { name: string; afterMs?: number }, begin: () => () => Promise<void>): FeedTurn {
  let end: (() => Promise<void>) | null = null
  let stopping = false

  async function run(): Promise<void> {
    if (stopping || end) return
    const close = begin()
    await new Promise<void>((letGo) => (end = () => close().finally(letGo)))
  }

  async function finish(): Promise<void> {
    const ending = end
    end = null
    await ending?.()
  }

  const wait = (): void => void locks.hold(name, run).catch(lost)

  /** Another page has taken it over: waits in line again. */
  async function lost(): Promise<void> {
    await finish()
    if (!stopping) wait()
  }

  function takeOver(): void {
    if (!end && !stopping && !globalThis.document?.hidden) locks.tryHold(name, run, true).catch(lost)
  }

  const patience = setTimeout(takeOver, patienceMs)
  const later = afterMs > 0 ? setTimeout(wait, afterMs) : undefined
  if (!later) wait()

  return {
    takeOver,
    stop() {
      stopping = true
      clearTimeout(patience)
      clearTimeout(later)
      return finish()
    }
  }
}
