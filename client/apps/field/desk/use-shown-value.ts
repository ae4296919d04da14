import { computed, type ComputedRef } from 'vue'
import { nameIn } from '#shared/departments/category.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { useReference } from './use-reference.ts'

/** A field's stored value as people say it: names instead of ids, words instead of codes. */
export function useShownValue(): ComputedRef<(field: string, value: unknown) => string> {
  const { t, locale, formatDateTime, formatNumber } = useI18n()
  const { names, categories } = useReference()
  return computed(() => (field, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (typeof value === 'number') return field === 'birthYear' ? String(value) : formatNumber(value)
    if (field === 'wardId') return names.value.ward(text) ?? text
    if (field === 'assigneeId') return names.value.staff(text) ?? t('words.unknown')
    if (field === 'departmentId' || field === 'duplicateOf') return t('words.unknown')
    if (field === 'priority' || field === 'visibility' || field === 'state') return t(`grievances.${field}.${text}`)
    if (field === 'gender') return t(`field.gender.${text}`)
    if (field.endsWith('At') || field === 'scheduledFor') return formatDateTime(Date.parse(text))
    if (field !== 'categoryId') return text
    const category = categories.value.find((one) => one.id === value)
    return category ? nameIn(locale.value, category) : text
  })
}
