import { computed, nextTick } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { isTyping, useSingleKeys } from '../overlays/use-single-keys.ts'
import type { TableRow } from './table-column.ts'

export interface RowFocusOptions {
  readonly rows: Ref<readonly TableRow[]>
  /** Id of the row that has the roving tab stop; kept by id, so new rows above do not move it. */
  readonly activeId: Ref<string | null>
  /** Brings the row into the rendered window. */
  readonly reveal: (index: number) => void
  /** The rendered row element, if it is in the window. */
  readonly elementOf: (id: string) => HTMLElement | null
  readonly onOpen: (id: string) => void
  readonly onToggle: (id: string) => void
}

export interface RowFocus {
  readonly activeIndex: ComputedRef<number>
  onKeydown(event: KeyboardEvent): void
  /** Moves the tab stop and the focus to that row. */
  moveTo(index: number): Promise<void>
}

const PAGE = 10

/** Roving focus over rows: j, k, arrows, Home, End, Page Up and Down move; Enter opens; x or Space selects. */
export function useRowFocus(options: RowFocusOptions): RowFocus {
  const { rows, activeId } = options
  const singleKeys = useSingleKeys()
  const activeIndex = computed(() =>
    Math.max(
      0,
      rows.value.findIndex((row) => row.id === activeId.value)
    )
  )

  async function moveTo(index: number): Promise<void> {
    const row = rows.value[Math.min(Math.max(index, 0), rows.value.length - 1)]
    if (!row) return
    activeId.value = row.id
    options.reveal(rows.value.indexOf(row))
    await nextTick()
    options.elementOf(row.id)?.focus({ preventScroll: true })
  }

  function stepOf(key: string): number | null {
    if (key === 'ArrowDown' || (key === 'j' && singleKeys.enabled.value)) return 1
    if (key === 'ArrowUp' || (key === 'k' && singleKeys.enabled.value)) return -1
    if (key === 'PageDown') return PAGE
    if (key === 'PageUp') return -PAGE
    if (key === 'Home') return -rows.value.length
    return key === 'End' ? rows.value.length : null
  }

  function actOn(key: string): boolean {
    const row = rows.value[activeIndex.value]
    if (!row) return false
    if (key === 'Enter') options.onOpen(row.id)
    else if (key === ' ' || (key === 'x' && singleKeys.enabled.value)) options.onToggle(row.id)
    else return false
    return true
  }

  return {
    activeIndex,
    moveTo,
    onKeydown(event) {
      if (isTyping(event)) return
      const onRow = event.target instanceof HTMLElement && event.target.getAttribute('role') === 'row'
      const step = stepOf(event.key)
      if (step !== null) void moveTo(activeIndex.value + step)
      else if (!onRow || !actOn(event.key)) return
      event.preventDefault()
    }
  }
}
