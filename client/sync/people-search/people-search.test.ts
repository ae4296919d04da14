import { afterEach, describe, expect, it } from 'vitest'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ChangedRecord } from '#client/local-store/replica-reads.ts'
import { emptyLayer, type PendingLayer } from '../records/pending-layer.ts'
import { openPeopleSearch } from './open-people-search.ts'
import { PeopleKeys } from './people-keys.ts'
import type { PeopleSearch, PeopleSearchParts } from './people-search.ts'
import { openSearchDesk, type WorkerPort } from './search-desk.ts'
import type { SearchOrder } from './search-order.ts'

const person = (id: string, name: string): LocalRecord => ({ id, type: 'person', name }) as unknown as LocalRecord
const contact = (id: string, personId: string, phone: string | null): LocalRecord =>
  ({ id, type: 'person_contact', personId, phone }) as unknown as LocalRecord

/** The replica as the search reads it: two collections, changes told by hand, and a gate before each chunk. */
class Replica {
  readonly held: Record<string, LocalRecord[]> = { people: [], contacts: [] }
  readonly #listeners: Record<string, (changed: ChangedRecord[]) => void> = {}
  layer: PendingLayer = emptyLayer
  onLayer: () => void = () => undefined
  beforeChunk: () => void = () => undefined
  readonly parts: PeopleSearchParts = {
    reads: {
      chunks: (name, _type, size) => this.#chunks(name, size),
      onChange: (name, listener) => {
        this.#listeners[name] = listener
        return () => delete this.#listeners[name]
      }
    },
    layer: () => this.layer,
    onLayer: (listener) => {
      this.onLayer = listener
      return () => undefined
    }
  }

  async *#chunks(name: string, size: number): AsyncGenerator<LocalRecord[]> {
    const read = [...this.held[name]!]
    for (let at = 0; at < read.length; at += size) {
      this.beforeChunk()
      yield await Promise.resolve(read.slice(at, at + size))
    }
  }

  change(name: 'people' | 'contacts', ...changed: ChangedRecord[]): void {
    this.#listeners[name]?.(changed)
  }
}

/** A worker in this thread, with its messages copied and late as a real one's are. */
function inlineWorker(): WorkerPort & { finds: number; ended: boolean } {
  const keys = new PeopleKeys()
  const listeners: ((event: MessageEvent) => void)[] = []
  const answer = (data: unknown): void => void setTimeout(() => listeners.forEach((listener) => listener({ data } as MessageEvent)), 1)
  const port = {
    finds: 0,
    ended: false,
    postMessage(order: SearchOrder) {
      const copy = structuredClone(order)
      if (copy.kind !== 'find') return keys.take(copy)
      port.finds += 1
      answer({ kind: 'found', run: copy.run, hits: keys.find(copy.query, copy.limit) })
    },
    addEventListener: (type: string, listener: (event: MessageEvent) => void) => type === 'message' && listeners.push(listener),
    terminate: () => void (port.ended = true)
  }
  answer({ kind: 'open' })
  return port as unknown as WorkerPort & { finds: number; ended: boolean }
}

let search: PeopleSearch | null = null
afterEach(() => search?.close())
const idsOf = async (query: string): Promise<string[]> => (await search!.search(query)).map(({ id }) => id)

describe.each([
  ['in a worker', inlineWorker],
  ['in the page', null]
])('people search %s', (_name, startWorker) => {
  it('finds all people in either script and by phone, and follows what changes', async () => {
    const replica = new Replica()
    replica.held['people'] = Array.from({ length: 600 }, (_unused, n) => person(`p${n}`, n === 599 ? 'सुनीता जाधव' : `Ravi ${n}`))
    replica.held['contacts'] = [contact('c1', 'p7', '+919820123456')]
    search = await openPeopleSearch(replica.parts, await openSearchDesk(startWorker))
    await search.load()
    expect(search.ready()).toBe(true)
    expect(await idsOf('sunita jadhav')).toEqual(['p599'])
    expect(await idsOf('9820123456')).toEqual(['p7'])
    replica.change('people', { id: 'p599', record: person('p599', 'Meena Jadhav') }, { id: 'p1', record: null })
    expect(await idsOf('sunita')).toEqual([])
    expect(await idsOf('मीना')).toEqual(['p599'])
    expect(await idsOf('ravi 1')).not.toContain('p1')
    replica.change('contacts', { id: 'c1', record: null })
    expect(await idsOf('9820123456')).toEqual([])
  })

  it('lets what changed while everything is read stand against what was read', async () => {
    const replica = new Replica()
    replica.held['people'] = [person('p1', 'Old Name'), person('p2', 'Gone Away')]
    replica.beforeChunk = () => replica.change('people', { id: 'p1', record: person('p1', 'New Name') }, { id: 'p2', record: null })
    search = await openPeopleSearch(replica.parts, await openSearchDesk(startWorker))
    await search.load()
    expect(await idsOf('old')).toEqual([])
    expect(await idsOf('new')).toEqual(['p1'])
    expect(await idsOf('gone')).toEqual([])
  })

  it('shows what is only saved here in place of what the server knows, phones included', async () => {
    const replica = new Replica()
    replica.held['people'] = [person('p1', 'Old Name'), person('p2', 'Kamla')]
    search = await openPeopleSearch(replica.parts, await openSearchDesk(startWorker))
    await search.load()
    const records = [
      person('p1', 'Renamed'),
      person('p3', 'Newcomer'),
      contact('c3', 'p3', '+919111111111'),
      contact('c2', 'p2', '+919222222222')
    ]
    const layered = records.map((record) => [record.id, { collection: 'people', type: record.type, id: record.id, record }])
    replica.layer = { ...emptyLayer, records: new Map(layered as []) }
    replica.onLayer()
    expect(await idsOf('old')).toEqual([])
    expect(await idsOf('renamed')).toEqual(['p1'])
    expect(await idsOf('9111111111')).toEqual(['p3'])
    expect(await idsOf('9222222222')).toEqual(['p2'])
    replica.layer = emptyLayer
    replica.onLayer()
    expect(await idsOf('old')).toEqual(['p1'])
    expect(await idsOf('newcomer')).toEqual([])
  })
})

describe('openSearchDesk', () => {
  it('asks the worker, and answers who waits when it is closed', async () => {
    const worker = inlineWorker()
    const desk = await openSearchDesk(() => worker)
    desk.take({ kind: 'read', people: [{ id: 'p1', name: 'Asha' }], phones: [] })
    expect(await desk.find('asha', 5)).toMatchObject([{ id: 'p1' }])
    expect(worker.finds).toBe(1)
    const late = desk.find('asha', 5)
    desk.close()
    expect(await late).toEqual([])
    expect(worker.ended).toBe(true)
  })

  it.each([
    ['cannot be made', () => { throw new Error('no workers here') }],
    ['does not begin', () => ({
      postMessage: () => undefined,
      terminate: () => undefined,
      addEventListener: (type: string, listener: (event: Event) => void) => void (type === 'error' && setTimeout(() => listener(new Event('error')), 1))
    })]
  ])('searches in the page when the worker %s', async (_name, start) => {
    const desk = await openSearchDesk(start as () => WorkerPort)
    desk.take({ kind: 'read', people: [{ id: 'p1', name: 'आशा' }], phones: [] })
    expect(await desk.find('asha', 5)).toMatchObject([{ id: 'p1' }])
  })
})
