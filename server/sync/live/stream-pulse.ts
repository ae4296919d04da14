/** One stream as the pulse knows it. */
export interface PulsedStream {
  /** When its access token ends, ms, server clock. */
  expiresAt: number
  beat(): void
  expire(): void
}

/** One timer for all open streams: heartbeats in turns, so that ten thousand do not beat in the same moment, and the ends of tokens. */
export interface StreamPulse {
  add(stream: PulsedStream): () => void
  stop(): void
}

const tickMs = 1_000

/** Each stream beats once in `everyMs`; a token's end is noticed within a second. */
export function createStreamPulse(everyMs: number, clock: { now(): number }): StreamPulse {
  const turns = Array.from({ length: Math.max(1, Math.round(everyMs / tickMs)) }, () => new Set<PulsedStream>())
  let joined = 0
  let turn = 0
  const timer = setInterval(() => {
    const now = clock.now()
    for (const streams of turns) for (const stream of streams) if (stream.expiresAt <= now) stream.expire()
    turn = (turn + 1) % turns.length
    for (const stream of turns[turn] ?? []) stream.beat()
  }, tickMs)
  timer.unref()
  return {
    add(stream) {
      joined += 1
      const streams = turns[joined % turns.length]
      streams?.add(stream)
      return () => streams?.delete(stream)
    },
    stop: () => clearInterval(timer)
  }
}
