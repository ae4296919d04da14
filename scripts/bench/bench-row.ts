/** One comparison: what was measured, beside a reference that was measured in the same run (or a budget). */
export interface BenchRow {
  readonly name: string
  /** Which variant, the single runs of both sides, and what else is needed to judge the number. */
  readonly detail: string
  readonly value: number
  /** `docs/s`, `rows/s`, `ms` or `bytes`. */
  readonly unit: string
  readonly reference: string
  readonly referenceValue: number
  /** value / referenceValue. For rates less than 1 is slower than the reference, for ms and bytes more than 1 is more than it. */
  readonly ratio: number
}

/** Middle value; the mean of the two middle ones for an even count. NaN for no value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Nearest-rank quantile: the smallest value that at least `share` (0-1) of all values do not exceed. NaN for no value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.ceil(share * sorted.length)
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank - 1))] ?? NaN
}

/** Rounded to what such a measurement can tell: whole numbers from 100 on, else three digits. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

export interface Compared {
  readonly name: string
  readonly detail: string
  readonly unit: string
  readonly reference: string
  /** Single runs of ours and of the reference; the row holds the median of each. */
  readonly ours: readonly number[]
  readonly floor: readonly number[]
}

/** The row of one comparison. The ratio is taken before rounding. Throws when a side was not measured. */
export function compareRuns({ name, detail, unit, reference, ours, floor }: Compared): BenchRow {
  const [value, referenceValue] = [median(ours), median(floor)]
  if (!(value > 0) || !(referenceValue > 0)) throw new Error(`${name}: nothing was measured against ${reference}`)
  const runs = ours.length + floor.length > 2 ? `; runs ${listed(ours)}, reference ${listed(floor)}` : ''
  return {
    name,
    detail: `${detail}${runs}`,
    value: rounded(value),
    unit,
    reference,
    referenceValue: rounded(referenceValue),
    ratio: Number((value / referenceValue).toPrecision(3))
  }
}

function listed(values: readonly number[]): string {
  return values.map((value) => String(rounded(value))).join('/')
}
