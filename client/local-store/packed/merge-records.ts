import type { PackedRecord } from './disk/packed-record.ts'

/** Small records are left alone until there are so many. */
const manySmall = 32
/** One merge holds up writers for this many documents at most. */
const mostDocuments = 2_000
/** Quiet time after a write, ms. */
const quietMs = 5_000

/** Which records are worth rewriting: many small ones, those mostly replaced, and those stored before there was a key. */
export function recordsToMerge(records: Iterable<PackedRecord>, sealed: boolean): Set<PackedRecord> {
  const all = [...records]
  const small = all.filter(({ apart }) => !apart)
  const worn = all.filter((record) => record.apart && (record.live < record.ids.length / 2 || (sealed && record.plain)))
  const unsealed = sealed ? small.filter(({ plain }) => plain) : []
  const chosen = new Set<PackedRecord>()
  let documents = 0
  for (const record of [...worn, ...(small.length >= manySmall ? small : unsealed)]) {
    if (documents >= mostDocuments) break
    documents += record.live
    chosen.add(record)
  }
  return chosen
}

export interface IdleTask {
  /** Runs it once nothing was asked for a while and the page is idle. */
  soon(): void
  stop(): void
}

/** Never in the path of a write: each one puts it off. */
export function mergeWhenIdle(run: () => Promise<unknown>): IdleTask {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  const idle = (): void => {
    if (stopped) return
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => stopped || void run())
    else void run()
  }
  return {
    soon(): void {
      clearTimeout(timer)
      if (!stopped) timer = setTimeout(idle, quietMs)
    },
    stop(): void {
      stopped = true
      clearTimeout(timer)
    }
  }
}
