import { grievanceFacts } from '#shared/grievances/grievance.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'
import type { OfficeNames } from '#client/session/office-names.ts'

export interface ValueWords {
  readonly i18n: ClientI18n
  readonly names: OfficeNames
}

/** i18n key of a field of a grievance; null for a field that this version does not know. */
export function fieldLabelKey(field: string): string | null {
  return field in grievanceFacts ? grievanceFacts[field as keyof typeof grievanceFacts].label : null
}

const choices: Readonly<Record<string, string>> = {
  state: 'state',
  priority: 'priority',
  source: 'source',
  visibility: 'visibility',
  reasonCode: 'reason'
}

/** A stored value as people say it: a name instead of an id, a word instead of a code, a date instead of an instant. */
export function fieldText(field: string, value: unknown, { i18n, names }: ValueWords): string {
  if (value === null || value === undefined || value === '') return i18n.t('grievances.change.empty')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const locale = i18n.locale.value
  if (field in choices) return i18n.t(`grievances.${choices[field]}.${text}`)
  if (field === 'wardId') return names.ward(text, locale) ?? text
  if (field === 'categoryId') return names.category(text, locale) ?? text
  if (field === 'departmentId') return names.department(text, locale) ?? text
  if (field === 'assigneeId' || field === 'decidedBy' || field === 'filedBy') return names.person(text) ?? text
  const kind = field in grievanceFacts ? grievanceFacts[field as keyof typeof grievanceFacts].kind : 'text'
  if (kind === 'dateTime') return i18n.formatDateTime(Date.parse(text))
  return typeof value === 'number' ? i18n.formatNumber(value) : text
}
