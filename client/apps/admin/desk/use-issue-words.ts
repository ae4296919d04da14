import { computed, type ComputedRef } from 'vue'
import { reporterContactFacts } from '#shared/grievances/grievance.ts'
import { householdFacts, personContactFacts, personFacts } from '#shared/people/person.ts'
import { fieldLabelKey, fieldText } from '#client/features/grievances/office/record/field-values.ts'
import type { IssueWords } from '#client/features/sync-issues/office/issue-words.ts'
import { useI18n, type ClientI18n } from '#client/i18n/use-i18n.ts'
import { useDesk } from '#client/session/use-desk.ts'

type Labels = Readonly<Record<string, { label: string }>>

const commands = new Set([
  'grievance.file',
  'grievance.step',
  'grievance.edit',
  'grievance.comment',
  'household.add',
  'household.move',
  'person.add',
  'person.edit',
  'issue.settle',
  'issue.reopen'
])

/** Arguments that are no field of a record, and what they are called. */
const argumentKeys: Readonly<Record<string, string>> = {
  action: 'admin.argument.action',
  text: 'grievances.need.text',
  expectedAt: 'grievances.need.expectedAt'
}

/** Fields that say nothing to a person who reads what was refused. */
const machineFields = new Set(['id', 'type', 'latitude', 'longitude', 'accuracyMetres', 'filedBy', 'source', 'language'])

function labelKey(type: string | null, field: string): string | null {
  const facts: Labels = type === 'person' ? personFacts : type === 'household' ? householdFacts : {}
  return facts[field]?.label ?? fieldLabelKey(field)
}

function argumentKey(name: string): string | null {
  if (machineFields.has(name)) return null
  const nouns: readonly Labels[] = [personFacts, householdFacts, personContactFacts, reporterContactFacts]
  return argumentKeys[name] ?? fieldLabelKey(name) ?? nouns.find((facts) => name in facts)?.[name]?.label ?? null
}

/** What the command with this name was meant to do. */
export function commandWord({ t }: Pick<ClientI18n, 't'>, name: string): string {
  return t(`admin.command.${commands.has(name) ? name.replace('.', '-') : 'other'}`)
}

/** Fields, values and commands of all nouns as people say them, for the conflict desk. */
export function useIssueWords(): ComputedRef<IssueWords> {
  const i18n = useI18n()
  const { t } = i18n
  const { names } = useDesk()
  return computed(() => ({
    field(type, field) {
      const key = field === null ? null : labelKey(type, field)
      return key === null ? (field ?? '') : t(key)
    },
    value(field, value) {
      if (field === 'action' && typeof value === 'string') return t(`grievances.action.${value}`)
      if (field === 'gender' && typeof value === 'string') return t(`field.gender.${value}`)
      if (field === 'birthYear' && typeof value === 'number') return String(value)
      return fieldText(field ?? '', value, { i18n, names: names.value })
    },
    command: (name) => commandWord(i18n, name),
    person: (id) => names.value.person(id),
    argument(name) {
      const key = argumentKey(name)
      return key === null ? null : t(key)
    },
    count: (count) => i18n.formatNumber(count)
  }))
}
