import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { columnVisibilityFeature, rowSelectionFeature, tableFeatures, useTable } from '@tanstack/vue-table'
import type { ColumnDef, RowSelectionState, Updater } from '@tanstack/vue-table'
import type { TableColumn, TableRow } from './table-column.ts'

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature })

export interface ColumnModel<Row extends TableRow> {
  readonly columns: ComputedRef<readonly TableColumn<Row>[]>
  readonly selectedIds: ComputedRef<ReadonlySet<string>>
  readonly allSelected: ComputedRef<boolean>
  readonly someSelected: ComputedRef<boolean>
  toggleRow(id: string): void
  /** Selects or clears the rows that are loaded; rows the server still holds are another choice, made by the caller. */
  toggleAll(): void
}

/** Which columns are shown and which rows are chosen. Sorting and filtering stay with the server. */
export function useColumnModel<Row extends TableRow>(
  rows: Ref<readonly Row[]>,
  columns: Ref<readonly TableColumn<Row>[]>,
  selected: Ref<readonly string[]>
): ColumnModel<Row> {
  const definitions = computed(() =>
    columns.value.map((column): ColumnDef<typeof features, Row> => ({
      id: column.id,
      accessorFn: column.text,
      header: column.label
    }))
  )
  const rowSelection = computed((): RowSelectionState => Object.fromEntries(selected.value.map((id) => [id, true])))
  const columnVisibility = computed(() =>
    Object.fromEntries(columns.value.map((column) => [column.id, !column.hidden]))
  )
  const table = useTable<typeof features, Row>({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row: Row) => row.id,
    state: computed(() => ({ rowSelection: rowSelection.value, columnVisibility: columnVisibility.value })),
    onRowSelectionChange: (change: Updater<RowSelectionState>) => {
      const next = typeof change === 'function' ? change(rowSelection.value) : change
      selected.value = Object.keys(next).filter((id) => next[id])
    }
  })
  return {
    columns: computed(() => {
      const shown = new Set(table.getVisibleLeafColumns().map((column) => column.id))
      return columns.value.filter((column) => shown.has(column.id))
    }),
    selectedIds: computed(() => new Set(selected.value)),
    allSelected: computed(() => rows.value.length > 0 && table.getIsAllRowsSelected()),
    someSelected: computed(() => selected.value.length > 0 && !table.getIsAllRowsSelected()),
    toggleRow: (id) => table.getRow(id, true).toggleSelected(),
    toggleAll: () => table.toggleAllRowsSelected()
  }
}
