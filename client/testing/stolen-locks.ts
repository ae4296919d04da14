import type { LockPort } from '#client/device/locks.ts'

interface Holder {
  stolen(): void
  ended: Promise<void>
}

/** Locks that several pages of a test share, with stealing as Web Locks have it: the holder's call rejects, its work goes on. */
export function stealableLocks(): LockPort {
  const holders = new Map<string, Holder>()

  function run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const working = work()
      const isMine = () => holders.get(name) === holder
      const ended = working.then(() => undefined, () => undefined).then(() => void (isMine() && holders.delete(name)))
      const holder: Holder = { ended, stolen: () => reject(new DOMException('The lock was stolen.', 'AbortError')) }
      holders.set(name, holder)
      working.then(resolve, reject)
    })
  }

  return {
    async hold(name, work) {
      for (let holder = holders.get(name); holder; holder = holders.get(name)) await holder.ended
      return run(name, work)
    },
    async tryHold(name, work, steal = false) {
      const holder = holders.get(name)
      if (holder && !steal) return { held: false }
      const result = run(name, work)
      holder?.stolen()
      return { held: true, result: await result }
    }
  }
}
