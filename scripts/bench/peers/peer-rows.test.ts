import { expect, test } from 'vitest'
import { compareRuns } from '../bench-row.ts'
import { judgeRows } from '../goals.ts'
import { peerRows, type PeerResults } from './peer-rows.ts'

const results: PeerResults = {
  docs: 10_000,
  failures: [],
  rows: [
    { system: 'pouch', scenario: 'A pull', variant: 'idb adapter, batch_size 100', value: 1250, unit: 'docs/s', foreignCpu: 0 },
    { system: 'rxdb', scenario: 'B push', variant: 'dexie, push batch 100', value: 1500, unit: 'docs/s', foreignCpu: 3 },
    { system: 'rxdb', scenario: 'C live p95', variant: 'dexie, SSE', value: 30, unit: 'ms', foreignCpu: 0 }
  ]
}

const ours = (name: string, unit: string, reference: string, value: number) =>
  compareRuns({ name, detail: name === 'backlog' ? '500 made offline' : '10000 documents', unit, reference, ours: [value], floor: [1] })

test('documents a second of a peer become the time of the same work, and the goal is judged on it', () => {
  const rows = peerRows([ours('initial-sync-browser', 'ms', 'packed-floor', 400)], results)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ name: 'initial-sync-browser', reference: 'pouchdb', value: 400, referenceValue: 8000, ratio: 0.05 })
  expect(judgeRows(rows)[0]!.met).toBe(true)
})

test('a backlog is compared at its own length, and a latency stays what it is', () => {
  const rows = peerRows([ours('backlog', 'ms', 'outbox-floor', 300), ours('live-latency', 'ms', 'SSE echo, p95', 40)], results)
  expect(rows.map(({ name, reference, referenceValue, ratio }) => [name, reference, referenceValue, ratio])).toEqual([
    ['backlog', 'rxdb', 333, 0.9],
    ['live-latency', 'rxdb', 30, 1.33]
  ])
})

test('a line that we did not measure has no row beside a peer', () => {
  expect(peerRows([ours('live-latency', 'ms', 'SSE echo, p50', 40)], results)).toEqual([])
})
