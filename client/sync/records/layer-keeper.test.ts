import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { accept, defineCommand, reject } from '#shared/protocol/define-command.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import type { ChangedRecord } from '#client/local-store/replica-reads.ts'
import { createLayerKeeper } from './layer-keeper.ts'
import { computeLayer, emptyLayer, type LayerParts, type PendingLayer } from './pending-layer.ts'

const args = z.object({ id: z.string(), other: z.string(), add: z.number() })
type Args = z.infer<typeof args>
const numberOf = (record: LocalRecord | null): number => Number(record?.['n'] ?? 0)

/** A replica and an outbox in memory, with one command: a record gets the number of another and some more. */
class Bench {
  judged = 0
  readonly held = new Map<string, LocalRecord>()
  /** Runs when a read of the replica has seen what is there, before it answers. */
  whileReading: () => void = () => undefined
  readonly rows: OutboxRow[] = []
  readonly #listeners: ((changed: ChangedRecord[]) => void)[] = []
  readonly parts: LayerParts = {
    commands: new Map([['sum', this.#sum()]]),
    actor: { userId: 'u', deviceId: 'd', role: 'field_worker', wardIds: [] } as never,
    rules: {} as never,
    reads: {
      get: async (_name, ids) => {
        const seen = new Map(ids.flatMap((id) => (this.held.has(id) ? [[id, { ...this.held.get(id)! }]] : [])))
        this.whileReading()
        return seen
      },
      onChange: (name: CollectionName, listener) => {
        if (name === 'people') this.#listeners.push(listener)
        return () => undefined
      }
    },
    reference: () => new Map()
  }

  #sum() {
    return defineCommand<Args>({
      name: 'sum',
      version: 1,
      args,
      touches: ({ id, other }) => [id, other].map((one) => ({ collection: 'people', type: 'person', id: one, as: 'look' }) as const),
      may: () => true,
      decide: (rows, { id, other, add }) => {
        this.judged += 1
        const n = numberOf(rows.get<LocalRecord>('person', other)) + add
        if (n % 5 === 4) return reject('missing_record')
        return accept([{ collection: 'people', record: { id, type: 'person', n } as never }], [{ name: 'summed', subject: { type: 'person', id }, data: { n } }])
      }
    }) as never
  }

  save(given: Args): OutboxRow {
    const seq = this.rows.length + 1
    const command = { id: `c${seq}`, v: 1, seq, name: 'sum', args: given, at: seq, actor: 'u', device: 'd' }
    const row = { seq, id: command.id, state: 'pending', command, verdict: null, stored: [] } as unknown as OutboxRow
    this.rows.push(row)
    return row
  }

  change(id: string, n: number | null): void {
    const record = n === null ? null : ({ id, type: 'person', n } as unknown as LocalRecord)
    if (record) this.held.set(id, record)
    else this.held.delete(id)
    for (const listener of this.#listeners) listener([{ id, record }])
  }
}

const shownOf = ({ records, events, doubtful }: PendingLayer) => ({ records: [...records].sort(), events, doubtful: [...doubtful] })

describe('the layer of what is saved here', () => {
  it('judges the new command only, however long the queue is', async () => {
    const bench = new Bench()
    let read = 0
    const keeper = createLayerKeeper(bench.parts, async () => ((read += 1), [...bench.rows]))
    await keeper.refresh()
    const work = new Set<number>()
    for (let n = 0; n < 400; n += 1) {
      const before = bench.judged
      await keeper.refresh(bench.save({ id: `p${n % 40}`, other: `p${(n + 7) % 40}`, add: n }))
      work.add(bench.judged - before)
    }
    expect([...work]).toEqual([1])
    expect(read).toBe(1)
    expect(keeper.current().judged.size).toBe(400)
    await keeper.refresh()
    expect(bench.judged).toBe(400)
  })

  it('judges again what looked at a record that came changed, and nothing else', async () => {
    const bench = new Bench()
    const keeper = createLayerKeeper(bench.parts, async () => [...bench.rows])
    for (let n = 0; n < 100; n += 1) bench.save({ id: `p${n}`, other: `q${n}`, add: 10 })
    await keeper.refresh()
    bench.change('q7', 5)
    const before = bench.judged
    await keeper.refresh()
    expect(bench.judged - before).toBe(1)
    expect(keeper.current().records.get('person:p7')?.record?.['n']).toBe(15)
  })

  it('reads again what changed while it was read', async () => {
    const bench = new Bench()
    const keeper = createLayerKeeper(bench.parts, async () => [...bench.rows])
    bench.save({ id: 'p', other: 'q', add: 10 })
    bench.whileReading = () => bench.change('q', 5)
    await keeper.refresh()
    bench.whileReading = () => undefined
    await keeper.refresh()
    expect(keeper.current().records.get('person:p')?.record?.['n']).toBe(15)
  })

  it('shows after any course of things what a computation from nothing shows', async () => {
    const id = fc.nat(4).map((n) => `p${n}`)
    const step = fc.oneof(
      fc.record({ kind: fc.constant('save' as const), id, other: id, add: fc.nat(9), late: fc.boolean() }),
      fc.record({ kind: fc.constant('change' as const), id, n: fc.option(fc.nat(9)) }),
      fc.record({ kind: fc.constant('receive' as const), at: fc.nat(9), state: fc.constantFrom('settled', 'applied', 'pending') }),
      fc.record({ kind: fc.constant('read' as const) })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const bench = new Bench()
        const keeper = createLayerKeeper(bench.parts, async () => [...bench.rows])
        await keeper.refresh()
        for (const one of steps) {
          if (one.kind === 'save') {
            const computed = keeper.refresh(bench.save(one))
            if (!one.late) await computed
          } else if (one.kind === 'change') bench.change(one.id, one.n)
          else if (one.kind === 'receive' && bench.rows[one.at]) bench.rows[one.at] = { ...bench.rows[one.at]!, state: one.state as OutboxRow['state'] }
          else await keeper.refresh()
        }
        await keeper.refresh()
        const fresh = await computeLayer(bench.parts, { rows: bench.rows, awaited: new Set(), previous: emptyLayer })
        const own = keeper.current()
        const received = new Set(bench.rows.filter(({ state }) => state !== 'pending').map((row) => row.id))
        expect(shownOf({ ...own, events: own.events.filter(({ commandId }) => !received.has(commandId)) })).toEqual(shownOf(fresh))
      }),
      { numRuns: 300 }
    )
  })
})
