import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { PulledPage, PullReply, PullRequest } from '#shared/protocol/pull.ts'
import { OfflineError } from '#client/http/api-error.ts'
import type { FedPage } from '#client/local-store/replica-feed.ts'
import { until } from '#client/testing/field-device.ts'
import { createPullLoop, type PullLoop } from './pull-loop.ts'

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) }
let loop: PullLoop
afterEach(() => {
  vi.useRealTimers()
  loop.stop()
})

type Answer = (request: PullRequest) => Partial<PullReply> & { pulls: PulledPage[] }

function start(answer: Answer, onReset: (name: CollectionName) => Promise<FedPage> = () => Promise.reject(new Error('no reset was expected'))) {
  const requests: PullRequest[] = []
  const resyncs: CollectionName[][] = []
  const troubles: unknown[] = []
  const call = async <Reply>({ body }: { body?: unknown }): Promise<Reply> => {
    const request = body as PullRequest
    requests.push(request)
    const head = {
      protocol: 1,
      serverTime: 1,
      generation: 1,
      durableTo: { position: null, keepDays: 14 },
      behind: false
    }
    return { ...head, ...answer(request) } as Reply
  }
  loop = createPullLoop({
    api: { call },
    random,
    onPage: () => undefined,
    onReply: () => undefined,
    onReset,
    onTrouble: (error) => troubles.push(error),
    resync: (names) => resyncs.push([...names])
  })
  return { requests, resyncs, troubles }
}

const at = (n: number) => ({ g: 1, s: { tenant: [String(n), '0'] as [string, string] }, r: {} })
const positionOf = (request: PullRequest, name: CollectionName) => {
  const from = request.pulls.find((pull) => pull.collection === name)?.checkpoint
  return from ? Number(from.s['tenant']?.[0]) : 0
}
const page = (collection: CollectionName, n: number, facts: Partial<PulledPage> = {}): PulledPage => ({
  collection,
  documents: [],
  checkpoint: at(n),
  remaining: null,
  done: true,
  reset: false,
  ...facts
})
const document = { id: '0195d000-0000-7000-8000-000000000001', type: 'person', rev: 1 }

describe('createPullLoop', () => {
  it('asks for several collections in one request', async () => {
    const { requests } = start((request) => ({ pulls: request.pulls.map(({ collection }) => page(collection, 1)) }))
    await Promise.all([loop.pull('contacts', null), loop.pull('people', null), loop.pull('places', null)])
    expect(requests.map((request) => request.pulls.map((pull) => pull.collection))).toEqual([
      ['contacts', 'people', 'places']
    ])
  })

  it('has the next page on its way while one is written, and uses it only where that one was kept', async () => {
    const { requests } = start((request) => {
      const n = positionOf(request, 'people') + 1
      return { pulls: [page('people', n, { documents: [{ ...document, rev: n }], done: n === 4 })] }
    })
    const revOf = async (from: ReturnType<typeof at> | null) => ((await loop.pull('people', from)).documents[0] as { rev: number }).rev
    expect(await revOf(null)).toBe(1)
    await until(() => requests.length === 2)
    expect(await revOf(at(1))).toBe(2)
    expect(await revOf(at(1))).toBe(2)
    expect(await revOf(at(2))).toBe(3)
    expect(await revOf(at(3))).toBe(4)
    expect(requests.map((request) => positionOf(request, 'people'))).toEqual([0, 1, 1, 2, 3])
  })

  it('compares when its checkpoint means nothing any more, and goes on from there', async () => {
    const fed = { documents: [], checkpoint: at(50) }
    const { requests } = start(
      (request) => ({ pulls: [positionOf(request, 'people') < 50 ? page('people', 3, { reset: true, documents: [document] }) : page('people', 51, { documents: [document] })] }),
      async () => fed
    )
    expect(await loop.pull('people', at(7))).toMatchObject({ documents: [document], checkpoint: at(51) })
    expect(requests.map((request) => positionOf(request, 'people'))).toEqual([7, 50])
  })

  it('keeps the old checkpoint while comparing does not work, says so, and tries again when asked', async () => {
    let line = false
    const { troubles } = start(
      () => ({ pulls: [page('people', 3, { reset: true })] }),
      async () => (line ? { documents: [document], checkpoint: at(50) } : Promise.reject(new OfflineError('cut off')))
    )
    expect(await loop.pull('people', at(7))).toEqual({ documents: [], checkpoint: at(7) })
    expect(troubles.at(-1)).toBeInstanceOf(OfflineError)
    line = true
    expect(await loop.pull('people', at(7))).toMatchObject({ documents: [document], checkpoint: at(50) })
  })

  it('asks at once when everything a poke named has asked, in one request', async () => {
    const { requests } = start((request) => ({ pulls: request.pulls.map(({ collection }) => page(collection, 1)) }))
    await Promise.all(collectionNames.map((name) => loop.pull(name, at(1))))
    vi.useFakeTimers()
    loop.poke(['cases', 'people'], '9')
    const pulled = Promise.all([loop.pull('cases', at(1)), loop.pull('people', at(1))])
    await vi.advanceTimersByTimeAsync(0)
    await pulled
    expect(requests.slice(1).map((request) => request.pulls.map((pull) => pull.collection))).toEqual([['cases', 'people']])
  })

  it('reads what the first screen shows before the rest, and later everything together', async () => {
    const { requests } = start((request) => ({ pulls: request.pulls.map(({ collection }) => page(collection, 1)) }))
    await Promise.all(collectionNames.map((name) => loop.pull(name, null)))
    loop.poke(collectionNames)
    await Promise.all(collectionNames.map((name) => loop.pull(name, at(1))))
    const asked = requests.map((request) => request.pulls.map((pull) => pull.collection).sort())
    const rest = collectionNames.filter((name) => !['reference', 'cases', 'work'].includes(name)).sort()
    expect(asked).toEqual([['cases', 'reference', 'work'], rest, [...collectionNames].sort()])
  })

  it('reads over empty pages whose checkpoint moves on', async () => {
    const { requests } = start((request) => {
      const from = positionOf(request, 'people')
      if (from < 3) return { pulls: [page('people', from + 1, { done: false })] }
      if (from === 3) return { pulls: [page('people', 4, { documents: [document] })] }
      return { pulls: [page('people', from)] }
    })
    expect(await loop.pull('people', null)).toMatchObject({ documents: [document], checkpoint: at(4) })
    expect(requests.length).toBe(4)
  })

  it('goes on from the checkpoint that only empty pages reached, as RxDB does not keep it', async () => {
    const { requests } = start((request) => ({ pulls: [page('people', Math.max(7, positionOf(request, 'people')))] }))
    await loop.pull('people', at(4))
    await loop.pull('people', at(4))
    expect(requests.map((request) => positionOf(request, 'people'))).toEqual([4, 7])
  })

  it('knows the end of the feed without asking again, but asks after a poke', async () => {
    const { requests } = start(() => ({ pulls: [page('people', 4, { documents: [document] })] }))
    await loop.pull('people', null)
    expect((await loop.pull('people', at(4))).documents).toEqual([])
    expect(requests.length).toBe(1)
    await loop.pull('people', null)
    loop.poke(['people'], '9')
    expect((await loop.pull('people', at(4))).documents).toEqual([document])
    expect(requests.at(-1)?.reach).toBe('9')
  })

  it('asks again after a poke that came while the page before the change was on its way', async () => {
    let changed = false
    const { requests } = start((request) => {
      if (changed) return { pulls: [page('people', 5, { documents: [document] })] }
      changed = true
      loop.poke(['people'], '5')
      return { pulls: request.pulls.map(({ collection }) => page(collection, 4, { documents: [document] })) }
    })
    await loop.pull('people', at(3))
    expect(await loop.pull('people', at(4))).toMatchObject({ checkpoint: at(5), documents: [document] })
    expect(requests.at(-1)?.reach).toBe('5')
  })

  it('goes on to the next page at once when all that have more have asked', async () => {
    vi.useFakeTimers()
    const { requests } = start((request) => ({
      pulls: request.pulls.map(({ collection }) => page(collection, positionOf(request, collection) + 1, { documents: [document], done: collection !== 'people' }))
    }))
    const first = Promise.all(collectionNames.map((name) => loop.pull(name, at(1))))
    await vi.advanceTimersByTimeAsync(0)
    await first
    void loop.pull('people', at(2))
    await vi.advanceTimersByTimeAsync(0)
    expect(requests.map((request) => positionOf(request, 'people'))).toEqual([1, 2, 3])
  })

  it('comes again while the server is behind the position a poke promised', async () => {
    let left = 2
    const { resyncs } = start((request) => {
      const behind = request.reach !== undefined && left > 0
      if (behind) left -= 1
      return { behind, pulls: [page('people', 4)] }
    })
    loop.poke(['people'], '50')
    await loop.pull('people', at(4))
    expect(loop.reached()).toBeNull()
    await until(() => resyncs.length === 2, 'the second reading')
    await loop.pull('people', at(4))
    await until(() => resyncs.length === 3, 'the third reading')
    await loop.pull('people', at(4))
    expect(loop.reached()).toBe('50')
  })

  it('retries by itself after silence and goes on when woken', async () => {
    let silent = true
    const { troubles } = start(() => {
      if (silent) throw new OfflineError('no line')
      return { pulls: [page('people', 4, { documents: [document] })] }
    })
    const pulled = loop.pull('people', null)
    await until(() => troubles.length > 0, 'the silence')
    silent = false
    loop.wake()
    expect((await pulled).documents).toEqual([document])
    expect(troubles.at(-1)).toBeNull()
  })

  it('lets go of whoever waits when it is stopped', async () => {
    start(() => {
      throw new OfflineError('no line')
    })
    const pulled = loop.pull('people', at(4))
    await new Promise((resolve) => setTimeout(resolve, 20))
    loop.stop()
    expect(await pulled).toEqual({ documents: [], checkpoint: at(4) })
  })
})
