import { expect, test } from 'vitest'
import { compareRuns, type BenchRow } from './bench-row.ts'
import { benchTable } from './bench-table.ts'
import { judgeRows, unmeasuredGoals } from './goals.ts'

const row = (name: string, unit: string, reference: string, ours: number, floor: number): BenchRow =>
  compareRuns({ name, detail: 'some', unit, reference, ours: [ours], floor: [floor] })

function verdict(measured: BenchRow): boolean | null {
  return judgeRows([measured])[0]!.met
}

test('20 times faster than PouchDB is met exactly at a twentieth of its time', () => {
  expect(verdict(row('initial-sync-browser', 'ms', 'pouchdb', 390, 7800))).toBe(true)
  expect(verdict(row('initial-sync-browser', 'ms', 'pouchdb', 400, 7800))).toBe(false)
})

test('a rate must reach its share of the floor, a budget may not be passed', () => {
  expect(verdict(row('pull-http', 'docs/s', 'row_to_json in Postgres', 80, 100))).toBe(true)
  expect(verdict(row('pull-http', 'docs/s', 'row_to_json in Postgres', 79, 100))).toBe(false)
  expect(verdict(row('pull-http', 'ms', 'budget', 10.1, 10))).toBe(false)
  expect(verdict(row('sse-held', 'bytes', 'bare node:http', 299e6, 165e6))).toBe(true)
})

test('a comparison for orientation has no verdict', () => {
  expect(judgeRows([row('initial-sync-browser', 'ms', 'dexie-bulk-add', 1, 1)])[0]).toMatchObject({ goal: null, met: null })
})

test('a goal that nothing was measured against is told, only for the lines that were asked for', () => {
  const missing = unmeasuredGoals([row('backlog', 'ms', 'outbox-floor', 1, 1)], ['backlog'])
  expect(missing.map(({ name, text }) => [name, text])).toEqual([['backlog', '>= 3x its speed']])
})

test('the table has a line per row, with reference, goal and verdict beside it, and the goals that were not measured', () => {
  const rows = judgeRows([row('bundle', 'bytes', 'budget field', 150000, 160000)])
  const lines = benchTable(rows, unmeasuredGoals([], ['search'])).split('\n')
  const cells = lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
  expect(cells.slice(2)).toEqual([
    ['bundle', '150,000', 'bytes', 'budget field', '160,000', '0.938', 'within its budget', 'met', 'some'],
    ['search', '-', 'ms', '', '-', '-', 'p95 <= 50 ms', 'not measured', 'nothing in this run']
  ])
})
