import { isUuid } from '#shared/ids.ts'

/**
 * The sentences a person wrote in a refused command, to be read without knowing its form: texts of its args, ids and codes
 * left out. The whole command stands beside it.
 */
export function writtenWords(payload: unknown): string[] {
  const args = payload !== null && typeof payload === 'object' && 'args' in payload ? payload.args : null
  return [...new Set(textsOf(args))].filter((text) => /\s/.test(text.trim()))
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return isUuid(value) ? [] : [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(textsOf)
}
