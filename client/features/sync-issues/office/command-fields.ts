import { isUuid } from '#shared/ids.ts'
import type { IssueWords } from './issue-words.ts'

export interface CommandField {
  readonly label: string
  readonly value: string
}

/**
 * What a refused command says, field by field, as people say it. Left out is what only machines read: ids that stand for
 * nothing known, and fields without a name in this version.
 */
export function commandFields(payload: unknown, words: IssueWords): CommandField[] {
  const args = payload !== null && typeof payload === 'object' && 'args' in payload ? payload.args : null
  return fieldsOf(args, words)
}

function fieldsOf(given: unknown, words: IssueWords): CommandField[] {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return []
  return Object.entries(given).flatMap(([name, value]) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return fieldsOf(value, words)
    const label = words.argument(name)
    if (label === null || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return []
    const shown = Array.isArray(value) ? words.count(value.length) : words.value(name, value)
    return isUuid(shown) ? [] : [{ label, value: shown }]
  })
}
