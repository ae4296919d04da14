/** Columns of the inbox in their order. */
export const columnIds = [
  'number',
  'category',
  'description',
  'landmark',
  'ward',
  'department',
  'assignee',
  'state',
  'priority',
  'dueAt',
  'filedAt',
  'source'
] as const
export type ColumnId = (typeof columnIds)[number]

/** What is shown before anybody chose. */
export const firstColumns: readonly ColumnId[] = [
  'number',
  'category',
  'description',
  'ward',
  'assignee',
  'state',
  'dueAt',
  'filedAt'
]

/** What is left of them while a record stands beside the list. */
export const narrowColumns: readonly ColumnId[] = ['number', 'category', 'ward', 'state', 'dueAt']
