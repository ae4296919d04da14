/**
 * JSON with sorted keys and no spaces, so that equal content has equal text (RFC 8785 for the values we use: strings,
 * finite numbers, booleans, null, arrays, plain objects). Undefined fields are left out.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
  return `{${entries.join(',')}}`
}

/** Equal content; null and undefined are the same nothing. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  return canonicalJson(a ?? null) === canonicalJson(b ?? null)
}
