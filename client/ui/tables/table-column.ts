/** A column over rows of one kind. Texts are already in the reader's language. */
export interface TableColumn<Row> {
  readonly id: string
  readonly label: string
  /** What the cell shows where the caller gives no slot `cell-<id>`. */
  readonly text: (row: Row) => string
  /** Width in px; columns without one share what is left. */
  readonly width?: number
  readonly align?: 'start' | 'end'
  /** Whether the server can sort by it. */
  readonly sortable?: boolean
  readonly hidden?: boolean
}

/** The order the server was asked for. */
export interface TableSort {
  readonly columnId: string
  readonly descending: boolean
}

/** A row needs an id that stays the same for as long as the record lives. */
export interface TableRow {
  readonly id: string
}
