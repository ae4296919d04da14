type Work = (lock: { name: string } | null) => unknown
interface Options {
  ifAvailable?: boolean
  steal?: boolean
}
interface Holder {
  lose(): void
}

/** The Web Locks that all tabs of one browser profile share, for Node, which has none. They die with the run of the app that they are made for. */
export function profileLocks(): LockManager {
  const holders = new Map<string, Holder>()
  const lines = new Map<string, (() => void)[]>()

  /** Whoever waits is given the lock at once, so that nobody comes in between. */
  async function run(name: string, work: Work): Promise<unknown> {
    let lose: () => void = () => undefined
    const stolen = new Promise<never>((_, reject) => (lose = () => reject(new DOMException('The lock was stolen.', 'AbortError'))))
    const holder: Holder = { lose }
    holders.set(name, holder)
    try {
      return await Promise.race([Promise.resolve(work({ name })), stolen])
    } finally {
      if (holders.get(name) === holder) {
        holders.delete(name)
        lines.get(name)?.shift()?.()
      }
    }
  }

  function request(name: string, options: Options | Work, later?: Work): Promise<unknown> {
    const [how, work] = typeof options === 'function' ? [{} as Options, options] : [options, later!]
    const holder = holders.get(name)
    if (!holder) return run(name, work)
    if (how.ifAvailable) return Promise.resolve(work(null))
    if (how.steal) {
      const taken = run(name, work)
      holder.lose()
      return taken
    }
    return new Promise((resolve) => lines.set(name, [...(lines.get(name) ?? []), () => resolve(run(name, work))]))
  }

  return { request } as unknown as LockManager
}
