/** More rows than this in the document make scrolling and live updates slow on office machines. */
export const MOST_ROWS_IN_WINDOW = 60

/**
 * The indexes to render for a visible range: some rows before and after it, never more than
 * `MOST_ROWS_IN_WINDOW` in all, and `kept` (the row with the focus) even when it is scrolled away.
 */
export function rowWindow(
  range: { readonly startIndex: number; readonly endIndex: number; readonly count: number },
  kept: number
): number[] {
  if (range.count === 0) return []
  const visible = Math.min(range.endIndex - range.startIndex + 1, MOST_ROWS_IN_WINDOW - 1)
  const spare = Math.min(10, Math.floor((MOST_ROWS_IN_WINDOW - 1 - visible) / 2))
  const first = Math.max(0, range.startIndex - spare)
  const last = Math.min(range.count - 1, range.startIndex + visible - 1 + spare)
  const indexes = Array.from({ length: last - first + 1 }, (_unused, offset) => first + offset)
  if (kept < 0 || kept >= range.count || (kept >= first && kept <= last)) return indexes
  return kept < first ? [kept, ...indexes] : [...indexes, kept]
}
