import fc from 'fast-check'
import { z } from 'zod'

type JsonSchema = Record<string, unknown> & { type?: string | string[] }

/**
 * Values that mostly fit a zod schema, so that a generated request gets past the first check and reaches the rules behind it.
 * `ids`: ids that exist, here or in another office, mixed among random ones.
 */
export function valueOfSchema(schema: z.ZodType, ids: readonly string[]): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return new SchemaValues(json, ids).of(json, 0)
}

class SchemaValues {
  readonly root: JsonSchema
  readonly ids: readonly string[]

  constructor(root: JsonSchema, ids: readonly string[]) {
    this.root = root
    this.ids = ids
  }

  of(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    if (depth > 6) return fc.constant(null)
    const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined
    if (choices) return fc.oneof(...choices.map((choice) => this.of(choice, depth + 1)))
    if (typeof schema['$ref'] === 'string') return this.of(this.resolve(schema['$ref']), depth + 1)
    if ('const' in schema) return fc.constant(schema['const'])
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
    return this.ofType(type, schema, depth)
  }

  private ofType(type: string | undefined, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    if (type === 'object') return this.object(schema, depth)
    if (type === 'array') return fc.array(this.of((schema['items'] as JsonSchema | undefined) ?? {}, depth + 1), { maxLength: 4 })
    if (type === 'string') return this.text(schema)
    if (type === 'integer') return fc.integer({ min: -2, max: 50 })
    if (type === 'number') return fc.double({ min: -180, max: 180, noNaN: true })
    if (type === 'boolean') return fc.boolean()
    if (type === 'null') return fc.constant(null)
    return fc.jsonValue({ maxDepth: 2 })
  }

  private object(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((schema['properties'] as Record<string, JsonSchema> | undefined) ?? {})
    const model = Object.fromEntries(properties.map(([name, inner]) => [name, this.of(inner, depth + 1)]))
    return fc.record(model, { requiredKeys: (schema['required'] as string[] | undefined) ?? [] })
  }

  private text(schema: JsonSchema): fc.Arbitrary<string> {
    const { format } = schema as { format?: string }
    if (format === 'uuid' || String(schema['pattern'] ?? '').includes('[0-9a-f')) return fc.oneof(fc.uuid(), fc.constantFrom(...this.ids))
    if (format === 'date-time') return fc.date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2100-01-01') }).map((date) => date.toISOString())
    if (format === 'date') return fc.constantFrom('2026-02-28', '2024-02-29')
    if (format === 'email') return fc.constantFrom('a@example.org', 'b@example.org')
    if (format === 'uri') return fc.constantFrom('https://example.org/x', 'http://127.0.0.1:1/')
    if (typeof schema['pattern'] === 'string' && plainPattern.test(schema['pattern'])) return fc.stringMatching(new RegExp(schema['pattern']))
    const length = Math.max(1, Number(schema['minLength'] ?? 0))
    return fc.oneof(fc.constantFrom(...plainWords), fc.string({ minLength: length, maxLength: Math.max(length, 20) }))
  }

  private resolve(reference: string): JsonSchema {
    const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
    return steps.reduce<JsonSchema>((inner, step) => inner[step] as JsonSchema, this.root)
  }
}

/** Patterns of classes, counts and anchors alone. */
const plainPattern = /^[\^$\w+\-[\]{},]+$/

const plainWords = ['owner', 'en', 'hi', '+919812345678', 'grievance', 'SAM-7K2Q9-D1F4M-K', '0', 'पानी']
