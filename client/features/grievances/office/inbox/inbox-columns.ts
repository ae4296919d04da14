import type { OfficeNames } from '#client/session/office-names.ts'
import type { GrievanceRow, GrievanceSortKey } from '#shared/grievances/grievance-list.ts'
import { grievanceFacts } from '#shared/grievances/grievance.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'
import type { TableColumn } from '#client/ui/tables/table-column.ts'
import { columnIds, type ColumnId } from './column-ids.ts'

type Facts = (typeof grievanceFacts)[keyof typeof grievanceFacts]

const factsOf: Readonly<Record<ColumnId, Facts>> = {
  number: grievanceFacts.number,
  category: grievanceFacts.categoryId,
  description: grievanceFacts.description,
  landmark: grievanceFacts.landmark,
  ward: grievanceFacts.wardId,
  department: grievanceFacts.departmentId,
  assignee: grievanceFacts.assigneeId,
  state: grievanceFacts.state,
  priority: grievanceFacts.priority,
  dueAt: grievanceFacts.dueAt,
  filedAt: grievanceFacts.filedAt,
  source: grievanceFacts.source
}

const widths: Partial<Record<ColumnId, number>> = {
  number: 158,
  category: 162,
  ward: 132,
  department: 150,
  assignee: 126,
  state: 140,
  priority: 100,
  dueAt: 116,
  filedAt: 120,
  source: 120
}

const sortKeys: Partial<Record<ColumnId, GrievanceSortKey>> = {
  number: 'number',
  state: 'state',
  dueAt: 'dueAt',
  filedAt: 'filedAt'
}

export const columnLabelKey = (id: ColumnId): string => factsOf[id].label

/** What the table shows of a grievance. `now`: device clock, ms. */
export function inboxColumns(
  shown: readonly ColumnId[],
  words: { i18n: ClientI18n; names: OfficeNames; now: number }
): TableColumn<GrievanceRow>[] {
  const { i18n, names, now } = words
  const locale = i18n.locale.value
  const nobody = '–'
  const texts: Record<ColumnId, (row: GrievanceRow) => string> = {
    number: (row) => row.number,
    category: (row) => names.category(row.categoryId, locale) ?? nobody,
    description: (row) => row.description,
    landmark: (row) => row.landmark ?? nobody,
    ward: (row) => names.ward(row.wardId, locale) ?? nobody,
    department: (row) => names.department(row.departmentId, locale) ?? nobody,
    assignee: (row) => names.person(row.assigneeId) ?? nobody,
    state: (row) => i18n.t(`grievances.state.${row.state}`),
    priority: (row) => i18n.t(`grievances.priority.${row.priority}`),
    dueAt: (row) => (row.dueAt === null ? nobody : i18n.formatDue(Date.parse(row.dueAt), now)),
    filedAt: (row) => i18n.formatRelative(Date.parse(row.filedAt), now),
    source: (row) => i18n.t(`grievances.source.${row.source}`)
  }
  return columnIds
    .filter((id) => shown.includes(id))
    .map((id) => ({
      id,
      label: i18n.t(factsOf[id].label),
      text: texts[id],
      sortable: sortKeys[id] !== undefined,
      ...(widths[id] !== undefined && { width: widths[id] })
    }))
}
