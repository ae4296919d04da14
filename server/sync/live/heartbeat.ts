/** One timer for all open streams. */
export interface Heartbeat {
  add(beat: () => void): () => void
  stop(): void
}

export function createHeartbeat(everyMs: number): Heartbeat {
  const beats = new Set<() => void>()
  const timer = setInterval(() => {
    for (const beat of beats) beat()
  }, everyMs)
  timer.unref()
  return {
    add(beat) {
      beats.add(beat)
      return () => beats.delete(beat)
    },
    stop: () => clearInterval(timer)
  }
}
