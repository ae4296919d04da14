import { z } from 'zod'

export type JsonSchema = { [key: string]: unknown }

/**
 * A zod schema as JSON Schema 2020-12. Definitions that it shares or repeats are moved into `schemas`, since references
 * inside an OpenAPI document start at the document.
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  options: { name: string; io: 'input' | 'output'; schemas: Record<string, JsonSchema> }
): JsonSchema {
  const made = z.toJSONSchema(schema, { io: options.io, unrepresentable: 'any' }) as JsonSchema
  const { $schema: _dialect, $defs, ...rest } = made
  const local = ($defs ?? {}) as Record<string, JsonSchema>
  const nameOf = (key: string) => `${options.name}_${key}`.replace(/\W/g, '_')
  const refersToItself = JSON.stringify(made).includes('"$ref":"#"')
  for (const [key, definition] of Object.entries(local)) {
    options.schemas[nameOf(key)] = moveRefs(definition, options.name, nameOf) as JsonSchema
  }
  const moved = moveRefs(rest, options.name, nameOf) as JsonSchema
  if (!refersToItself) return moved
  options.schemas[options.name] = moved
  return { $ref: `#/components/schemas/${options.name}` }
}

function moveRefs(value: unknown, own: string, nameOf: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => moveRefs(item, own, nameOf))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== '$ref' || typeof inner !== 'string') return [key, moveRefs(inner, own, nameOf)]
      const definition = /^#\/\$defs\/(.+)$/.exec(inner)?.[1]
      return [key, `#/components/schemas/${definition === undefined ? own : nameOf(definition)}`]
    })
  )
}
