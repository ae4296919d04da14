/** A source of random bytes fit for keys and ids. */
export interface RandomSource {
  /** `count` bytes from a cryptographic generator. `count` is at most 65,536. */
  bytes(count: number): Uint8Array<ArrayBuffer>
}

export const deviceRandom: RandomSource = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count))
}
