import { grievanceFilterSchema, grievanceSortKeys, type GrievanceSortKey } from '#shared/grievances/grievance-list.ts'
import { isUuid } from '#shared/ids.ts'
import { columnIds, firstColumns, type ColumnId } from './column-ids.ts'

export const plainViews = ['mine', 'new', 'unassigned', 'overdue', 'open', 'closed', 'all'] as const
export type PlainView = (typeof plainViews)[number]

/** Filters that a person may add to a view; each value is what the API takes, commas between several. */
export const filterNames = [
  'state',
  'categoryId',
  'wardId',
  'departmentId',
  'assigneeId',
  'priority',
  'source',
  'filedFrom',
  'filedTo',
  'dueBefore'
] as const
export type FilterName = (typeof filterNames)[number]
export type InboxFilters = Partial<Record<FilterName, string>>

/** All that decides what the inbox shows. The address holds it, so a link or a reload shows the same. */
export interface InboxState {
  /** A plain view, or the id of a department whose open grievances are shown. */
  readonly view: string
  readonly filters: InboxFilters
  readonly search: string
  readonly sort: GrievanceSortKey
  readonly descending: boolean
  readonly columns: readonly ColumnId[]
  /** Id of the record that is open beside the list. */
  readonly record: string | null
}

export type Query = Readonly<Record<string, string>>

const viewFilters: Readonly<Record<PlainView, Query>> = {
  mine: { assigneeId: 'me', open: 'true' },
  new: { state: 'submitted' },
  unassigned: { assigneeId: 'none', open: 'true' },
  overdue: { overdue: 'true' },
  open: { open: 'true' },
  closed: { open: 'false' },
  all: {}
}

const isPlainView = (view: string): view is PlainView => (plainViews as readonly string[]).includes(view)

/** The order a view starts with: what is overdue by how long it has been, everything else by the newest. */
export function startOrder(view: string): { sort: GrievanceSortKey; descending: boolean } {
  return view === 'overdue' ? { sort: 'dueAt', descending: false } : { sort: 'filedAt', descending: true }
}

/** Reads the address. What it holds that makes no sense is passed over, so an old link still opens. */
export function readInboxState(query: Readonly<Record<string, unknown>>): InboxState {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const view = isPlainView(text('view')) || isUuid(text('view')) ? text('view') : 'open'
  const start = startOrder(view)
  const sort = grievanceSortKeys.find((key) => key === text('sort')) ?? start.sort
  const columns = columnIds.filter((id) => text('columns').split(',').includes(id))
  return {
    view,
    filters: Object.fromEntries(
      filterNames.filter((name) => isFilter(name, text(name))).map((name) => [name, text(name)])
    ),
    search: text('q'),
    sort,
    descending: text('order') === '' ? (sort === start.sort ? start.descending : false) : text('order') === 'desc',
    columns: columns.length > 0 ? columns : firstColumns,
    record: isUuid(text('record')) ? text('record') : null
  }
}

const isFilter = (name: FilterName, value: string) =>
  value !== '' && grievanceFilterSchema.shape[name].safeParse(value).success

/** Writes the address; what is as at the start is left out. */
export function writeInboxState(state: InboxState): Query {
  const start = startOrder(state.view)
  const isStartOrder = state.sort === start.sort && state.descending === start.descending
  const isFirstColumns = state.columns.join() === firstColumns.join()
  return {
    ...(state.view !== 'open' && { view: state.view }),
    ...state.filters,
    ...(state.search !== '' && { q: state.search }),
    ...(!isStartOrder && { sort: state.sort, order: state.descending ? 'desc' : 'asc' }),
    ...(!isFirstColumns && { columns: state.columns.join() }),
    ...(state.record !== null && { record: state.record })
  }
}

/** The query of `GET /api/v1/grievances` for the state. A filter set by hand stands above the one of the view. */
export function listQuery(state: InboxState): Query {
  const ofView = isPlainView(state.view) ? viewFilters[state.view] : { departmentId: state.view, open: 'true' }
  return {
    ...ofView,
    ...state.filters,
    ...(state.search.trim().length >= 3 && { q: state.search.trim() }),
    sort: state.sort,
    order: state.descending ? 'desc' : 'asc'
  }
}
