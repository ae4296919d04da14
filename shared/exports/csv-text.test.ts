import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv-text.ts'

test('cells are quoted where they must be, and empty for null', () => {
  expect(csvLine(['plain', 7, null, 'a "b", c', 'two\nlines'])).toBe('plain,7,,"a ""b"", c","two\nlines"\r\n')
})

test.each(['=1+1', '+91', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])('%j is no formula any more', (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`)
})

/** What a spreadsheet reads: cells of one record. */
function readBack(line: string): string[] {
  const cells: string[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\r]*))(,|\r\n)/gy
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    cells.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    if (match[3] !== ',') return cells
  }
  throw new Error('the line does not end')
}

test('whatever the text, it stays in its cell and starts no formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
      const cells = readBack(csvLine(texts))
      expect(cells.map((cell, index) => (cell === texts[index] ? cell : cell.slice(1)))).toEqual(texts)
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]/)
    })
  )
})
