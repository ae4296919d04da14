/** Milliseconds since the epoch, by the server's clock. Rules get the time as an argument; only the edges ask a clock. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
