export type ConnectionState = 'online' | 'weak' | 'offline'

export interface ConnectionReport {
  readonly state: ConnectionState
  /** Device wall time in ms of the last answer of our server, `null` before the first one. */
  readonly lastAnswerAt: number | null
}

export interface Connectivity {
  report(): ConnectionReport
  /** The server answered (any status): the line works. `tookMs` is the time the answer took. */
  noteAnswer(at: number, tookMs: number): void
  /** A request got no answer. */
  noteSilence(): void
  /** Called with each changed report; returns the way to stop. */
  subscribe(listener: (report: ConnectionReport) => void): () => void
  /** Stops listening to the browser. */
  close(): void
}

/** An answer slower than this is shown as a weak line (the round trip of slow 3G is about 2 s). */
const WEAK_MS = 4_000
const SILENCES_UNTIL_OFFLINE = 2

/**
 * Whether the server can be reached. The last answer of the server is the truth; the browser's own `online` and
 * `offline` are hints: `offline` counts at once, `online` only clears it to `weak` until the server has answered.
 */
export function watchConnectivity(from: { readonly onLine: boolean }, events: EventTarget): Connectivity {
  const listeners = new Set<(report: ConnectionReport) => void>()
  let current: ConnectionReport = { state: from.onLine ? 'online' : 'offline', lastAnswerAt: null }
  let silences = 0

  function change(next: ConnectionReport): void {
    const same = next.state === current.state && next.lastAnswerAt === current.lastAnswerAt
    current = next
    if (!same) for (const listener of listeners) listener(current)
  }
  const moveTo = (state: ConnectionState): void => change({ ...current, state })
  const onOffline = (): void => moveTo('offline')
  const onOnline = (): void => {
    if (current.state === 'offline') moveTo('weak')
  }
  events.addEventListener('offline', onOffline)
  events.addEventListener('online', onOnline)

  return {
    report: () => current,
    noteAnswer(at, tookMs) {
      silences = 0
      change({ state: tookMs > WEAK_MS ? 'weak' : 'online', lastAnswerAt: at })
    },
    noteSilence() {
      silences += 1
      moveTo(silences >= SILENCES_UNTIL_OFFLINE || !from.onLine ? 'offline' : 'weak')
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      events.removeEventListener('offline', onOffline)
      events.removeEventListener('online', onOnline)
      listeners.clear()
    }
  }
}
