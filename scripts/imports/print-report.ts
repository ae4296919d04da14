import type { ImportReport, RefusedRow } from '#shared/imports/import-report.ts'

const mostRows = 50

/** The report as a person reads it. */
export function printReport(report: ImportReport, log: (line: string) => void): void {
  const { read, created, updated, unchanged, refused, mended, dryRun, stopped } = report
  const counts = { read, created, updated, unchanged, mended: mended.length, refused: refused.length }
  log(
    Object.keys(counts)
      .map((name) => name.padStart(10))
      .join('')
  )
  log(
    Object.values(counts)
      .map((count) => String(count).padStart(10))
      .join('')
  )
  printRows('Mended', mended, log)
  printRows('Refused', refused, log)
  if (stopped) log('Nothing was imported, because rows were refused. With --on-error skip the others are taken.')
  else if (dryRun) log('Nothing was written: this was a dry run.')
}

function printRows(title: string, rows: readonly RefusedRow[], log: (line: string) => void): void {
  if (rows.length === 0) return
  log(`${title}:`)
  for (const { row, field, reason } of rows.slice(0, mostRows))
    log(`  row ${row}${field ? `, ${field}` : ''}: ${reason}`)
  if (rows.length > mostRows) log(`  and ${rows.length - mostRows} more; --json lists all`)
}
