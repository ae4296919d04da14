import { z } from 'zod'

/** A row that cannot be taken. `row` counts from 1 in the order of the file. */
export const refusedRowSchema = z.object({
  row: z.int().positive(),
  /** Name of the field in the file; empty for the whole row. */
  field: z.string(),
  /** A sentence in English, for the prompt. */
  reason: z.string(),
  /** The same for a screen, which has words for it in its own language, and what these words name. Missing where the reason is said in English alone. */
  code: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.int()])).optional()
})
export type RefusedRow = z.infer<typeof refusedRowSchema>

/** What an import did, or with `dryRun` would do. */
export const importReportSchema = z.object({
  dryRun: z.boolean(),
  /** Rows found in the file. */
  read: z.int(),
  created: z.int(),
  updated: z.int(),
  /** Rows that are there already, just as the file says. */
  unchanged: z.int(),
  refused: z.array(refusedRowSchema),
  /** Rows that were taken after a harmless fault was mended, e.g. corners that cross by centimetres. */
  mended: z.array(refusedRowSchema),
  /** True when refused rows kept all others out. */
  stopped: z.boolean()
})
export type ImportReport = z.infer<typeof importReportSchema>

/** The sound rows of a file and what is wrong with the others. */
export interface ReadRows<Row> {
  readonly read: number
  readonly rows: Row[]
  readonly refused: RefusedRow[]
  readonly mended: RefusedRow[]
}

/** The file as a whole is not what it should be; the message is a sentence for whoever runs the import. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
}

/** The rows of which `key` is the first to say so, the others refused by naming the first. */
export function refuseRepeated<Row extends { readonly row: number; readonly sourceKey: string }>(
  rows: readonly Row[],
  field: string
): { rows: Row[]; refused: RefusedRow[] } {
  const first = new Map<string, number>()
  const kept: Row[] = []
  const refused: RefusedRow[] = []
  for (const row of rows) {
    const before = first.get(row.sourceKey)
    if (before !== undefined) refused.push({ row: row.row, field, reason: `Row ${before} has the same value.` })
    else {
      first.set(row.sourceKey, row.row)
      kept.push(row)
    }
  }
  return { rows: kept, refused }
}
