/** Chance that can be had again: the same seed gives the same draws in the same order. */
export interface Chance {
  /** 0 up to below 1. */
  next(): number
  /** 0 up to below `count`. */
  below(count: number): number
  pick<Value>(values: readonly Value[]): Value
  happens(share: number): boolean
}

/** mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return { next, below, pick: (values) => values[below(values.length)]!, happens: (share) => next() < share }
}
