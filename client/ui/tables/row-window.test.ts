import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_ROWS_IN_WINDOW, rowWindow } from './row-window.ts'

const anyRange = fc
  .record({
    count: fc.integer({ min: 1, max: 100_000 }),
    start: fc.nat(),
    visible: fc.integer({ min: 1, max: 50 }),
    kept: fc.integer({ min: -1 })
  })
  .map(({ count, start, visible, kept }) => {
    const startIndex = start % count
    return { range: { startIndex, endIndex: Math.min(count - 1, startIndex + visible - 1), count }, kept: kept % count }
  })

describe('rowWindow', () => {
  it('always shows what is visible and the row with the focus, in order, with few rows in the document', () => {
    fc.assert(
      fc.property(anyRange, ({ range, kept }) => {
        const rows = rowWindow(range, kept)
        expect(rows.length).toBeLessThanOrEqual(MOST_ROWS_IN_WINDOW)
        for (let index = range.startIndex; index <= range.endIndex; index += 1) expect(rows).toContain(index)
        if (kept >= 0) expect(rows).toContain(kept)
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
        expect(rows.every((index) => index >= 0 && index < range.count)).toBe(true)
      })
    )
  })

  it('keeps to the limit on a very tall screen', () => {
    expect(rowWindow({ startIndex: 100, endIndex: 400, count: 1000 }, 3)).toHaveLength(MOST_ROWS_IN_WINDOW)
  })
})
