import type { BenchRow } from './bench-row.ts'

/** What a row is meant to reach. A line may have several, one for each reference. */
export interface Goal {
  readonly name: string
  /** Which rows of the line it judges; without it all of this unit. */
  readonly reference?: RegExp
  readonly unit: string
  /** Judged on the value itself, or on value / reference. */
  readonly of: 'value' | 'ratio'
  readonly atMost?: number
  readonly atLeast?: number
  /** As it stands in the table. */
  readonly text: string
}

/** A row with its goal. Both are null where a comparison is printed for orientation only. */
export interface JudgedRow extends BenchRow {
  readonly goal: string | null
  readonly met: boolean | null
}

const budget = (name: string, atMost: number, more: Partial<Goal> = {}): Goal => ({
  name,
  unit: 'ms',
  of: 'value',
  atMost,
  text: `<= ${atMost.toLocaleString('en')} ms`,
  ...more
})

/** A time, compared with another system's: so many times faster. */
const faster = (name: string, reference: RegExp, times: number): Goal => ({
  name,
  reference,
  unit: 'ms',
  of: 'ratio',
  atMost: 1 / times,
  text: times < 1 ? `>= ${times} of its speed` : `>= ${times}x its speed`
})

/** A rate, compared with the floor's. */
const share = (name: string, { reference, unit, atLeast }: { reference: RegExp; unit: string; atLeast: number }): Goal => ({
  name,
  reference,
  unit,
  of: 'ratio',
  atLeast,
  text: `>= ${atLeast} of it`
})

/** Two runs that differ by less tell nothing (reference/performance.md). */
const noise = 1.25

export const goals: readonly Goal[] = [
  faster('initial-sync-browser', /^pouchdb$/, 20),
  faster('initial-sync-browser', /^rxdb$/, 10),
  faster('initial-sync-browser', /^zero$/, 2),
  faster('initial-sync-browser', /^packed-floor$/, 0.5),
  { name: 'initial-sync-browser', reference: /^the same with 1\/5/, unit: 'ms', of: 'ratio', atMost: 4.5, text: '<= 4.5x its time' },
  budget('first-screen', 3_000),
  share('pull-http', { reference: /^row_to_json/, unit: 'docs/s', atLeast: 0.8 }),
  budget('pull-http', 10, { reference: /^budget$/, text: 'page p95 <= 10 ms' }),
  { name: 'pull-http', reference: /feed rows$/, unit: 'ms', of: 'ratio', atMost: noise, text: `no growth (<= ${noise})` },
  share('push-http', { reference: /^multi-row insert/, unit: 'rows/s', atLeast: 0.5 }),
  faster('backlog', /^rxdb$/, 3),
  faster('backlog', /^outbox-floor$/, 0.9),
  budget('live-latency', 24, { reference: /p95, from the commit$/, text: 'p95 <= 24 ms' }),
  { name: 'live-latency', reference: /^(pouchdb|rxdb)$/, unit: 'ms', of: 'ratio', atMost: 1, text: 'p95 below it' },
  budget('scope-change', 3_000),
  { name: 'delta-day', unit: 'bytes', of: 'value', atMost: 10_000, text: '<= 10 kB, one request' },
  budget('cold-start-offline', 1_500, { reference: /^budget$/ }),
  { name: 'cold-start-offline', reference: /heap/, unit: 'bytes', of: 'value', atMost: 100_000_000, text: 'heap <= 100 MB' },
  budget('search', 50, { text: 'p95 <= 50 ms' }),
  budget('save-local', 50, { text: 'p95 <= 50 ms' }),
  budget('live-view', 5),
  { name: 'sse-held', unit: 'bytes', of: 'value', atMost: 300_000_000, text: 'resident <= 300 MB' },
  budget('sse-held', 500, { text: 'last poke p95 <= 500 ms' }),
  budget('authz', 0.02, { text: '<= 20 microseconds' }),
  share('rls', { reference: /^the same query without/, unit: 'rows/s', atLeast: 0.9 }),
  budget('rate-limit', 1, { text: 'added p50 <= 1 ms' }),
  { name: 'bundle', unit: 'bytes', of: 'ratio', atMost: 1, text: 'within its budget' }
]

function judges(goal: Goal, row: BenchRow): boolean {
  return goal.name === row.name && goal.unit === row.unit && (goal.reference?.test(row.reference) ?? true)
}

function isMet(goal: Goal, row: BenchRow): boolean {
  const measured = row[goal.of]
  return measured <= (goal.atMost ?? Infinity) && measured >= (goal.atLeast ?? -Infinity)
}

/** The rows beside their goals. */
export function judgeRows(rows: readonly BenchRow[]): JudgedRow[] {
  return rows.map((row) => {
    const goal = goals.find((one) => judges(one, row))
    return { ...row, goal: goal?.text ?? null, met: goal ? isMet(goal, row) : null }
  })
}

/** Goals of these lines that no row was measured against, e.g. a peer that did not run. */
export function unmeasuredGoals(rows: readonly BenchRow[], names: readonly string[]): Goal[] {
  return goals.filter((goal) => names.includes(goal.name) && !rows.some((row) => judges(goal, row)))
}
