import fc from 'fast-check'

/** What breaks careless readers: wrong types, edges of numbers, text that is code elsewhere, depth. */
export const nastyValues: readonly unknown[] = [
  null, '', ' ', true, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], [null], { length: 1e9 },
  'x'.repeat(20_000), '\u0000', '\ud800', '\u202etxt', '👩‍👩‍👧', "'; drop table grievance; --", '${7*7}', '<script>alert(1)</script>',
  '../../../../etc/passwd', '%00', '%2e%2e%2f', '9999-99-99T99:99:99Z', '+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00Z',
  'NaN', 'Infinity', '1e400', '0x10', '00000000-0000-0000-0000-000000000000', 'null', 'undefined', '__proto__', 'constructor',
  { __proto__: { admin: true } }, { constructor: { prototype: { admin: true } } }, JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`)
]

export const nasty: fc.Arbitrary<unknown> = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...nastyValues) }, fc.jsonValue({ maxDepth: 3 }))

/** Replaces one place of a value, chosen by `at` (0 to 1), or takes the place away. */
export function spoil(value: unknown, at: number, replacement: unknown): unknown {
  const copy = structuredClone(value)
  const places = placesOf(copy)
  const place = places[Math.floor(at * places.length)]
  if (!place) return replacement
  const holder = place.holder as Record<string | number, unknown>
  if (replacement === undefined && Array.isArray(holder)) holder.splice(Number(place.key), 1)
  else if (replacement === undefined) delete holder[place.key]
  else holder[place.key] = replacement
  return copy
}

interface Place {
  holder: object
  key: string | number
}

function placesOf(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => [{ holder: value, key }, ...placesOf(inner)])
}
