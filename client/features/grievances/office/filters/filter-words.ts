import { grievanceFacts, grievancePriorities, grievanceSources } from '#shared/grievances/grievance.ts'
import { grievanceStates } from '#shared/grievances/grievance-state.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'
import type { OfficeNames } from '#client/session/office-names.ts'
import type { FieldOption } from '#client/ui/forms/field-option.ts'
import type { FilterName } from '../inbox/inbox-state.ts'

export interface FilterWords {
  readonly i18n: ClientI18n
  readonly names: OfficeNames
}

/** Filters that are a choice among names; the others are days. */
export type ChoiceFilter = Exclude<FilterName, 'filedFrom' | 'filedTo' | 'dueBefore'>

const labelKeys: Readonly<Record<FilterName, string>> = {
  state: grievanceFacts.state.label,
  categoryId: grievanceFacts.categoryId.label,
  wardId: grievanceFacts.wardId.label,
  departmentId: grievanceFacts.departmentId.label,
  assigneeId: grievanceFacts.assigneeId.label,
  priority: grievanceFacts.priority.label,
  source: grievanceFacts.source.label,
  filedFrom: 'admin.filter.filedFrom',
  filedTo: 'admin.filter.filedTo',
  dueBefore: 'admin.filter.dueBefore'
}

export const filterLabelKey = (name: FilterName): string => labelKeys[name]

/** What can be chosen, in the reader's language. */
export function filterOptions(name: ChoiceFilter, { i18n, names }: FilterWords): FieldOption[] {
  const { t } = i18n
  const locale = i18n.locale.value
  const none = (label: string) => ({ value: 'none', label })
  switch (name) {
    case 'state':
      return grievanceStates.map((value) => ({ value, label: t(`grievances.state.${value}`) }))
    case 'priority':
      return grievancePriorities.map((value) => ({ value, label: t(`grievances.priority.${value}`) }))
    case 'source':
      return grievanceSources.map((value) => ({ value, label: t(`grievances.source.${value}`) }))
    case 'categoryId':
      return names.categories.map(({ id }) => ({ value: id, label: names.category(id, locale) ?? id }))
    case 'wardId':
      return [
        none(t('territories.none')),
        ...names.wards.map(({ id }) => ({ value: id, label: names.ward(id, locale) ?? id }))
      ]
    case 'departmentId':
      return [
        none(t('admin.filter.noDepartment')),
        ...names.departments.map(({ id }) => ({ value: id, label: names.department(id, locale) ?? id }))
      ]
    case 'assigneeId':
      return [
        { value: 'me', label: t('admin.filter.me') },
        none(t('admin.filter.nobody')),
        ...names.staff.filter((person) => person.active).map((person) => ({ value: person.id, label: person.name }))
      ]
  }
}

/** The value of a set filter in words, for its chip. An end is stored as the midnight after the day that was chosen. */
export function filterText(name: FilterName, value: string, words: FilterWords): string {
  if (name === 'filedFrom') return words.i18n.formatDate(Date.parse(value))
  if (name === 'filedTo' || name === 'dueBefore') return words.i18n.formatDate(Date.parse(value) - 1)
  const options = filterOptions(name, words)
  return value
    .split(',')
    .map((one) => options.find((option) => option.value === one)?.label ?? '…')
    .join(', ')
}
