import { z } from 'zod'

/** A property that areas of a GeoJSON file have, with a value as an example. */
export interface FileField {
  readonly name: string
  readonly example: string
}

const fileSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.record(z.string(), z.unknown()).nullable() })).min(1)
})

/** Fields that may name or number a ward: short texts and numbers. Empty for another kind of file. */
export function fieldsOf(geojson: unknown): FileField[] {
  const file = fileSchema.safeParse(geojson)
  if (!file.success) return []
  const fields = new Map<string, string>()
  for (const { properties } of file.data.features) {
    for (const [name, value] of Object.entries(properties ?? {})) {
      const isWord = (typeof value === 'string' && value.trim() !== '' && value.length <= 120) || typeof value === 'number'
      if (isWord && !fields.has(name)) fields.set(name, String(value).slice(0, 40))
    }
  }
  return [...fields].map(([name, example]) => ({ name, example }))
}

const signs = { name: /name|नाम/i, number: /(^|_)(no|num|number|id|code)$|ward_?no/i }

/** The field that is probably meant: a person looks at it before anything is sent. The first one where none looks like a name; '' where none looks like a number. */
export function likelyField(fields: readonly FileField[], kind: 'name' | 'number'): string {
  const found = fields.find(({ name }) => signs[kind].test(name))
  return found?.name ?? (kind === 'name' ? (fields[0]?.name ?? '') : '')
}
