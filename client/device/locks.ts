/** One holder per name at a time. With Web Locks the name is shared by all pages and workers of the origin. */
export interface LockPort {
  /** Waits for the lock, runs `work`, releases it when the promise settles; gives the result or the error of `work`. */
  hold<Result>(name: string, work: () => Promise<Result>): Promise<Result>
  /**
   * Runs `work` only if the lock is free now; `{ held: false }` otherwise. `steal` takes it from a page that may be frozen: the call of
   * whoever held it rejects with an AbortError while his work goes on, so that it must be work that two may do at once.
   */
  tryHold<Result>(name: string, work: () => Promise<Result>, steal?: boolean): Promise<{ held: true; result: Result } | { held: false }>
}

/** Web Locks: a killed page frees its locks by itself. */
export function webLocks(manager: LockManager): LockPort {
  return {
    hold: async (name, work) => await manager.request(name, work),
    tryHold: async (name, work, steal) =>
      await manager.request(name, steal ? { steal } : { ifAvailable: true }, async (lock) =>
        lock ? { held: true as const, result: await work() } : { held: false as const }
      )
  }
}

/** For browsers without Web Locks: orders the work of one page only, and nothing is stolen there. What two pages do at once must be harmless anyway. */
export function memoryLocks(): LockPort {
  const tails = new Map<string, Promise<unknown>>()

  function hold<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = tails.get(name) ?? Promise.resolve()
    const result = before.then(work, work)
    const tail = result
      .catch(() => undefined)
      .then(() => {
        if (tails.get(name) === tail) tails.delete(name)
      })
    tails.set(name, tail)
    return result
  }

  return {
    hold,
    tryHold: async (name, work) => (tails.has(name) ? { held: false } : { held: true, result: await hold(name, work) })
  }
}

/** The best locks this device has. */
export function deviceLocks(from: { readonly locks?: LockManager } = navigator): LockPort {
  return from.locks ? webLocks(from.locks) : memoryLocks()
}
