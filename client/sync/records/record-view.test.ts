import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ChangedRecord } from '#client/local-store/replica-reads.ts'
import { createRecordView } from './record-view.ts'

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
