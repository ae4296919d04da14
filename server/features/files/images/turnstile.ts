export interface Turnstile {
  /** Runs `work` when it is its turn; the order of arrival is kept. */
  pass<T>(work: () => Promise<T>): Promise<T>
}

/** Lets at most `width` pieces of work run at once. */
export function createTurnstile(width: number): Turnstile {
  const waiting: (() => void)[] = []
  let inside = 0
  return {
    async pass(work) {
      if (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve))
      else inside += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else inside -= 1
      }
    }
  }
}
