import { uuidv7 } from '#shared/ids.ts'

/** Numbers that look random and are the same for the same seed, on every machine. Not for secrets. */
export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the values, as often as its weight says. */
  weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T
  bytes(length: number): Uint8Array
  /** A version 7 UUID of that time (ms). */
  id(atMs: number): string
  /** A generator of its own, so that more of one thing does not change another. */
  fork(name: string): SeededRandom
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough for invented people. */
export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const bytes = (length: number) => Uint8Array.from({ length }, () => whole(0, 255))
  return {
    next,
    whole,
    bytes,
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    weighted: (choices) => pickWeighted(choices, next()),
    id: (atMs) => uuidv7(atMs, bytes(10)),
    fork: (name) =>
      createRandom(
        Array.from(name).reduce((sum, letter) => Math.imul(sum ^ letter.codePointAt(0)!, 0x01000193), seed ^ 0x811c9dc5)
      )
  }
}

function pickWeighted<T>(choices: readonly (readonly [value: T, weight: number])[], at: number): T {
  let left = at * choices.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of choices) {
    left -= weight
    if (left < 0) return value
  }
  return choices.at(-1)![0]
}
