import { ImportFileError } from './import-report.ts'

/** More rows than any list an office keeps by hand. */
const mostRows = 5_000
const mostCells = 60

/**
 * The rows of a spreadsheet saved as CSV (RFC 4180), as a person's program writes it: comma, semicolon or tab, quotes where needed, any
 * line ends, with or without a byte order mark. Empty lines are left out. Linear in the text. Throws an ImportFileError for a quote
 * without an end, and for more rows or cells than a list has.
 */
export function readCsv(text: string): string[][] {
  const source = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(source)
  const rows: string[][] = []
  let row: string[] = []
  for (let at = 0; at <= source.length; ) {
    const cell = source[at] === '"' ? quotedCell(source, at) : plainCell(source, at, separator)
    row.push(cell.text.trim())
    if (row.length > mostCells) throw new ImportFileError(`A row has more than ${mostCells} cells.`)
    at = cell.end
    if (source[at] === separator) at += 1
    else {
      if (row.some((one) => one !== '')) rows.push(row)
      if (rows.length > mostRows) throw new ImportFileError(`The file has more than ${mostRows} rows.`)
      row = []
      at += source.startsWith('\r\n', at) ? 2 : 1
    }
  }
  return rows
}

/** What the first line uses most. */
function separatorOf(text: string): string {
  const [line = ''] = text.split(/[\r\n]/, 1)
  const count = (separator: string) => line.split(separator).length
  return [',', ';', '\t'].sort((one, other) => count(other) - count(one))[0]!
}

function plainCell(text: string, from: number, separator: string): { text: string; end: number } {
  let end = from
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1
  return { text: text.slice(from, end), end }
}

function quotedCell(text: string, from: number): { text: string; end: number } {
  const parts: string[] = []
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new ImportFileError('A quotation mark has no end.')
    parts.push(text.slice(at, quote))
    if (text[quote + 1] !== '"') return { text: parts.join('"'), end: quote + 1 + spacesAfter(text, quote + 1) }
    at = quote + 2
  }
}

function spacesAfter(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at += 1
  return at - from
}
