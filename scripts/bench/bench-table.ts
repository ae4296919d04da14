import type { Goal, JudgedRow } from './goals.ts'

const headings = ['name', 'value', 'unit', 'reference', 'ref. value', 'ratio', 'goal', '', 'detail']
const numeric: ReadonlySet<number> = new Set([1, 4, 5])

/** The rows as a Markdown table that also reads well in a terminal; goals that nothing was measured against stand at its end. */
export function benchTable(rows: readonly JudgedRow[], missing: readonly Goal[] = []): string {
  const cells = [...rows.map(cellsOf), ...missing.map(missingCells)]
  const lines = [headings, headings.map((_, column) => (numeric.has(column) ? '---:' : '---')), ...cells]
  const widths = headings.slice(0, -1).map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) => `| ${line.map((cell, column) => padded(cell, column, widths[column])).join(' | ')} |`)
    .join('\n')
}

function cellsOf(row: JudgedRow): string[] {
  const verdict = row.met === null ? '' : row.met ? 'met' : 'MISSED'
  return [
    row.name,
    shown(row.value),
    row.unit,
    row.reference,
    shown(row.referenceValue),
    String(row.ratio),
    row.goal ?? '',
    verdict,
    row.detail
  ]
}

function missingCells(goal: Goal): string[] {
  const against = goal.reference?.source.replace(/[\^$]/g, '') ?? ''
  return [goal.name, '-', goal.unit, against, '-', '-', goal.text, 'not measured', 'nothing in this run']
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

function padded(cell: string, column: number, width = 0): string {
  return numeric.has(column) ? cell.padStart(width) : cell.padEnd(width)
}
