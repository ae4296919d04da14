import { computed, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useVirtualizer } from '@tanstack/vue-virtual'
import type { Range } from '@tanstack/vue-virtual'
import { rowWindow } from './row-window.ts'

export interface RowWindowOptions {
  readonly scroller: Readonly<Ref<HTMLElement | null>>
  readonly ids: ComputedRef<readonly string[]>
  /** Index of the row that keeps the focus: it stays rendered when it is scrolled away. */
  readonly keptIndex: () => number
  readonly rowHeight: () => number
  readonly headHeight: number
  /** The reader is near the last row that is loaded. */
  readonly onNearEnd: () => void
}

/** A row to render: `gapBefore` is the height in px of the rows left out above it. */
export interface WindowedRow {
  readonly index: number
  readonly gapBefore: number
}

export interface RowWindow {
  readonly items: ComputedRef<readonly WindowedRow[]>
  /** Height in px of the rows left out below the last one. */
  readonly gapAfter: ComputedRef<number>
  reveal(index: number): void
}

const NEAR_END_ROWS = 20

/** Renders only the rows around the visible ones; all have the same height. */
export function useRowWindow(options: RowWindowOptions): RowWindow {
  const { ids } = options
  const rowOptions = (rowIds: readonly string[], kept: number) => ({
    count: rowIds.length,
    getScrollElement: () => options.scroller.value,
    estimateSize: options.rowHeight,
    getItemKey: (index: number) => rowIds[index] ?? index,
    rangeExtractor: (range: Range) => rowWindow(range, kept),
    scrollPaddingStart: options.headHeight
  })
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>(
    computed(() => rowOptions(ids.value, options.keptIndex()))
  )
  const items = computed(() => {
    let end = 0
    return virtualizer.value.getVirtualItems().map((item): WindowedRow => {
      const gapBefore = item.start - end
      end = item.end
      return { index: item.index, gapBefore }
    })
  })
  const gapAfter = computed(() => {
    const last = virtualizer.value.getVirtualItems().at(-1)
    return last ? virtualizer.value.getTotalSize() - last.end : 0
  })

  watch(
    () => [virtualizer.value.range?.endIndex ?? 0, ids.value.length] as const,
    ([endIndex, count]) => {
      if (count > 0 && endIndex >= count - NEAR_END_ROWS) options.onNearEnd()
    }
  )
  return { items, gapAfter, reveal: (index) => virtualizer.value.scrollToIndex(index, { align: 'auto' }) }
}
