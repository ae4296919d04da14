import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ChangedRecord } from '#client/local-store/replica-reads.ts'
import type { LayeredRecord } from './layer-rows.ts'
import { createRecordView, type Shown } from './record-view.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const caseOf = (n: number) => ({ id: `case-${n}`, type: 'grievance', rev: n }) as unknown as LocalRecord

/** A view over a replica that the test changes by hand, and the number of records in each showing. */
async function watched() {
  const listeners = new Set<(changed: ChangedRecord[]) => void>()
  const view = createRecordView({
    reads: {
      get: async () => new Map(),
      list: async () => [],
      onChange(_name, listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      }
    },
    layer: () => ({ records: new Map(), events: [] }) as never,
    onLayer: () => () => undefined,
    parents: {}
  })
  const shown: number[] = []
  const stop = view.watch({ collection: 'cases', type: 'grievance' }, ({ records }) => shown.push(records.length))
  await vi.advanceTimersByTimeAsync(1_000)
  const change = (n: number) => listeners.forEach((listener) => listener([{ id: `case-${n}`, record: caseOf(n) }]))
  return { shown, change, stop }
}

test('a change is shown at once, and a storm after it is shown together', async () => {
  const { shown, change, stop } = await watched()
  expect(shown).toEqual([0])
  change(1)
  expect(shown).toEqual([0, 1])
  for (let n = 2; n <= 500; n += 1) change(n)
  expect(shown).toEqual([0, 1])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(shown).toEqual([0, 1, 500])
  stop()
})

test('who stopped watching hears no more, also of what was waiting', async () => {
  const { shown, change, stop } = await watched()
  change(1)
  change(2)
  stop()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(shown).toEqual([0, 1])
})

describe('a live list', () => {
  const person = (id: string, ward: string) => ({ id, type: 'person', wardId: ward, householdId: 'h' }) as unknown as LocalRecord
  const layered = (id: string, record: LocalRecord | null): [string, LayeredRecord] => [`person:${id}`, { collection: 'people', type: 'person', id, record }]

  it('shows after any changes what reading all again shows', async () => {
    const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), ward: fc.constantFrom('north', 'south', null), pending: fc.constantFrom('set', 'clear', 'no') })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), async (changes) => {
        const held = new Map<string, LocalRecord>([['a', person('a', 'north')]])
        let layer = new Map<string, LayeredRecord>()
        let tellChange: (changed: ChangedRecord[]) => void = () => undefined
        let tellLayer: () => void = () => undefined
        const view = createRecordView({
          reads: {
            get: async () => new Map(),
            list: async () => [...held.values()],
            onChange: (_name, listener) => ((tellChange = listener), () => undefined)
          },
          layer: () => ({ records: layer, events: [] }) as never,
          onLayer: (listener) => ((tellLayer = listener), () => undefined),
          parents: {}
        })
        const query = { collection: 'people', type: 'person', where: (record: LocalRecord) => record['wardId'] === 'north' } as const
        let shown: Shown = { records: [], pending: new Set() }
        const stop = view.watch(query, (next) => (shown = next))
        await vi.advanceTimersByTimeAsync(100)
        for (const { id, ward, pending } of changes) {
          const record = ward && person(id, ward)
          if (pending === 'no') {
            if (record) held.set(id, record)
            else held.delete(id)
            tellChange([{ id, record }])
          } else {
            layer = new Map([...layer].filter(([key]) => key !== `person:${id}`))
            if (pending === 'set') layer.set(...layered(id, record))
            tellLayer()
          }
        }
        await vi.advanceTimersByTimeAsync(100)
        stop()
        const again = await view.list(query)
        const plain = ({ records, pending }: Shown) => [records.map((one) => JSON.stringify(one)).sort(), [...pending].sort()]
        expect(plain(shown)).toEqual(plain(again))
      })
    )
  })
})
