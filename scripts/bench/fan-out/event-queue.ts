/** Events in virtual time, earliest first; the order of events of the same time is not told. */
export interface EventQueue {
  add(at: number, device: number): void
  /** Null when nothing is left. */
  next(): { at: number; device: number } | null
}

/** A binary heap over two arrays: half a million devices with some ten events each take seconds. */
export function createEventQueue(): EventQueue {
  const times: number[] = []
  const devices: number[] = []

  function swap(a: number, b: number): void {
    ;[times[a], times[b]] = [times[b]!, times[a]!]
    ;[devices[a], devices[b]] = [devices[b]!, devices[a]!]
  }

  function sink(from: number): void {
    for (let at = from; ;) {
      const left = 2 * at + 1
      let least = at
      if (left < times.length && times[left]! < times[least]!) least = left
      if (left + 1 < times.length && times[left + 1]! < times[least]!) least = left + 1
      if (least === at) return
      swap(at, least)
      at = least
    }
  }

  return {
    add(time, device) {
      times.push(time)
      devices.push(device)
      for (let at = times.length - 1; at > 0;) {
        const above = (at - 1) >> 1
        if (times[above]! <= times[at]!) return
        swap(at, above)
        at = above
      }
    },
    next() {
      if (times.length === 0) return null
      const first = { at: times[0]!, device: devices[0]! }
      swap(0, times.length - 1)
      times.pop()
      devices.pop()
      sink(0)
      return first
    }
  }
}

/** Numbers from 0 to below 1; the same seed gives the same ones (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
