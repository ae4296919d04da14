import { join } from 'node:path'
import { budgets } from '../../checks/check-bundles.ts'
import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'

/** Bytes of each app's first load, brotli, beside its budget. */
export function measureBundles({ root }: BenchPlan): Promise<BenchRow[]> {
  const rows = budgets.map(({ app, what, limit, measure }) =>
    compareRuns({
      name: 'bundle',
      detail: `${app}, ${what} of the first load with the heaviest lazy page, brotli`,
      unit: 'bytes',
      reference: `budget ${app}`,
      ours: [measure(join(root, 'dist', app))],
      floor: [limit]
    })
  )
  return Promise.resolve(rows)
}
