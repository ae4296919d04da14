/**
 * JSON with sorted keys and no spaces, so that equal content has equal text (RFC 8785 for the values we use: strings,
 * finite numbers, booleans, null, arrays, plain objects). Undefined fields are left out.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const fields = value as Record<string, unknown>
  let text = ''
  for (const key of Object.keys(fields).sort())
    if (fields[key] !== undefined) text += `${text && ','}${JSON.stringify(key)}:${canonicalJson(fields[key])}`
  return `{${text}}`
}

/** Equal content; null and undefined are the same nothing. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  return canonicalJson(a ?? null) === canonicalJson(b ?? null)
}
