import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './affected-people.ts'

test('no cell of a list begins as a spreadsheet formula, and every cell is one cell again', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('=1+1', '+919812345678', '@SUM(A1)', '-2', '\t=x', '\r=x', 'a"b,c\n')), { minLength: 1 }), (cells) => {
      const line = csvLine(cells)
      const read = line.slice(1, -3).split(/","/).map((cell) => cell.replaceAll('""', '"'))
      expect(line.endsWith('"\r\n')).toBe(true)
      if (cells.some((cell) => cell.includes('"'))) return
      expect(read).toHaveLength(cells.length)
      read.forEach((cell, at) => {
        expect(cell).not.toMatch(/^[\s=+\-@]/)
        expect([cells[at], `'${cells[at]}`]).toContain(cell)
      })
    })
  )
})
