import type { Clock } from '#server/ports/clock.ts'

/** Runs as real time does, and can be moved forward. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void
}

export function createTestClock(): TestClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    advance(milliseconds) {
      ahead += milliseconds
    }
  }
}
