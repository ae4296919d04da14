import type { SearchHit } from '#shared/search-key/search-index.ts'
import { PeopleKeys } from './people-keys.ts'
import type { SearchAnswer, SearchOrder } from './search-order.ts'

/** Where the index lives: in a worker, or in the page where there is none. */
export interface SearchDesk {
  take(news: Exclude<SearchOrder, { kind: 'find' }>): void
  /** Of everything taken before this call. */
  find(query: string, limit: number): Promise<SearchHit[]>
  close(): void
}

/** What is needed of a `Worker`. */
export type WorkerPort = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

/** A worker that has not begun by then is not waited for: a phone may be out of memory without saying so. */
const openWithinMs = 10_000

/**
 * The index in a worker. In the page where the browser has no workers, or where this one does not begin: searching
 * then works the same and costs the page some milliseconds a key.
 */
export async function openSearchDesk(startWorker: (() => WorkerPort) | null = browserWorker()): Promise<SearchDesk> {
  if (!startWorker) return pageDesk()
  try {
    const worker = startWorker()
    return (await opens(worker)) ? workerDesk(worker) : pageDesk()
  } catch {
    return pageDesk()
  }
}

function browserWorker(): (() => WorkerPort) | null {
  if (typeof Worker === 'undefined') return null
  return () => new Worker(new URL('./people-search-worker.ts', import.meta.url), { type: 'module' })
}

async function opens(worker: WorkerPort): Promise<boolean> {
  const opened = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), openWithinMs)
    const end = (isOpen: boolean): void => {
      clearTimeout(timer)
      resolve(isOpen)
    }
    worker.addEventListener('message', () => end(true))
    worker.addEventListener('error', () => end(false))
  })
  if (!opened) worker.terminate()
  return opened
}

function workerDesk(worker: WorkerPort): SearchDesk {
  const waiting = new Map<number, (hits: SearchHit[]) => void>()
  let run = 0
  worker.addEventListener('message', (event) => {
    const answer = (event as MessageEvent<SearchAnswer>).data
    if (answer.kind !== 'found') return
    waiting.get(answer.run)?.(answer.hits)
    waiting.delete(answer.run)
  })
  return {
    take: (news) => worker.postMessage(news satisfies SearchOrder),
    find(query, limit) {
      run += 1
      worker.postMessage({ kind: 'find', run, query, limit } satisfies SearchOrder)
      return new Promise((resolve) => waiting.set(run, resolve))
    },
    close() {
      worker.terminate()
      for (const answer of waiting.values()) answer([])
      waiting.clear()
    }
  }
}

function pageDesk(): SearchDesk {
  const keys = new PeopleKeys()
  return {
    take: (news) => keys.take(news),
    find: (query, limit) => Promise.resolve(keys.find(query, limit)),
    close: () => undefined
  }
}
