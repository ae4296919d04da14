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

type Words = readonly [number, number, number, number]

/** Two generators from different seeds or names never meet: 128 bits of state for a million grievances. */
export function createRandom(seed: number): SeededRandom {
  return randomOf([seed >>> 0, 0x9e3779b9, 0x243f6a88, 0xb7e15162])
}

function randomOf(words: Words): SeededRandom {
  const next = smallFastCounter(words)
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
    fork: (name) => randomOf(mixName(words, name))
  }
}

/** sfc32 of PractRand (Chris Doty-Humphrey, public domain). */
function smallFastCounter(words: Words): () => number {
  let [a, b, c, counter] = words
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let warming = 0; warming < 12; warming += 1) next()
  return next
}

/** Each word takes in the name with a multiplier of its own, so that all 128 bits depend on it. */
function mixName(words: Words, name: string): Words {
  const multipliers = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1]
  return words.map((word, at) => {
    let mixed = word
    for (const letter of name) {
      mixed = Math.imul(mixed ^ letter.codePointAt(0)!, multipliers[at]!)
      mixed ^= mixed >>> 15
    }
    return mixed >>> 0
  }) as unknown as Words
}

function pickWeighted<T>(choices: readonly (readonly [value: T, weight: number])[], at: number): T {
  let left = at * choices.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of choices) {
    left -= weight
    if (left < 0) return value
  }
  return choices.at(-1)![0]
}
