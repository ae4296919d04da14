import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './csv.ts'

test.each([
  ['commas', 'a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
  ['semicolons and a byte order mark', '\uFEFFa;b\n1,5;2', [['a', 'b'], ['1,5', '2']]],
  ['tabs', 'a\tb\n1\t2\n', [['a', 'b'], ['1', '2']]],
  ['quotes, with separators, lines and quotes in them', 'a,b\n"x, ""y""\nz" ,2', [['a', 'b'], ['x, "y"\nz', '2']]],
  ['empty lines left out, empty cells kept', 'a,b\n\n,2\n,,\n', [['a', 'b'], ['', '2']]]
])('%s', (_what, text, rows) => {
  expect(readCsv(text)).toEqual(rows)
})

test('a quote without an end is told', () => {
  expect(() => readCsv('a,b\n"x,2')).toThrow('A quotation mark has no end.')
})

test('whatever a spreadsheet writes is read as it was', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', ' ', 'ह', '=') }).map((text) => `x${text}x`)
  const write = (rows: string[][]) => rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n')
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (rows) => {
      expect(readCsv(`"h,","h"\r\n${write(rows)}`).slice(1)).toEqual(rows)
    })
  )
})

test('no text makes it slow or break in another way', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400, unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ') }), (text) => {
      try {
        expect(readCsv(text).every((row) => row.some((one) => one !== ''))).toBe(true)
      } catch (error) {
        expect((error as Error).name).toBe('ImportFileError')
      }
    })
  )
})
