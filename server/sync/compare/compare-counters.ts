import type { MendReport } from '#shared/protocol/drift/compare.ts'
import type { Metrics } from '../../http/observability/metrics.ts'

export interface CompareCounters {
  onCompared(same: boolean): void
  onMended(mended: readonly MendReport[]): void
}

/** `sync_compares_total{result}` and `sync_mended_records_total{kind}`: a sum above 0 means that copies do drift. */
export function compareCounters(metrics: Metrics): CompareCounters {
  const compares = metrics.counter('sync_compares_total', 'Comparisons of a collection by devices, by result', ['result'])
  const mended = metrics.counter('sync_mended_records_total', 'Records that devices mended after a comparison', ['kind'])
  return {
    onCompared: (same) => compares.inc({ result: same ? 'same' : 'different' }),
    onMended(reports) {
      for (const report of reports) for (const kind of ['missing', 'changed', 'gone'] as const) mended.inc({ kind }, report[kind])
    }
  }
}
