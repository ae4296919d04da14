import type { JsonSchema } from './openapi-schema.ts'

/** A JSON Schema as the text of a TypeScript type, for readers of the description and for the generated client. References become their names. */
export function typeText(schema: JsonSchema | boolean | undefined): string {
  if (schema === undefined || typeof schema === 'boolean') return 'unknown'
  if (typeof schema['$ref'] === 'string') return schemaName(schema['$ref'])
  if ('const' in schema) return literal(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' | ')
  for (const key of ['anyOf', 'oneOf']) if (Array.isArray(schema[key])) return unionText(schema[key] as JsonSchema[])
  if (Array.isArray(schema['allOf'])) return (schema['allOf'] as JsonSchema[]).map((one) => grouped(typeText(one))).join(' & ')
  const type = schema['type']
  if (Array.isArray(type)) return unionText(type.map((one: unknown) => ({ ...schema, type: one })))
  if (type === 'object' || schema['properties'] !== undefined) return objectText(schema)
  if (type === 'array') return arrayText(schema)
  return { string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null' }[String(type)] ?? 'unknown'
}

/** The name that a reference into the components leads to, as an identifier. */
export function schemaName(reference: string): string {
  return (reference.split('/').at(-1) ?? '').replace(/\W/g, '_')
}

function unionText(options: readonly JsonSchema[]): string {
  return [...new Set(options.map(typeText))].join(' | ')
}

function arrayText(schema: JsonSchema): string {
  const parts = schema['prefixItems']
  if (Array.isArray(parts)) return `[${parts.map((part) => typeText(part as JsonSchema)).join(', ')}]`
  return `${grouped(typeText(schema['items'] as JsonSchema | undefined))}[]`
}

function objectText(schema: JsonSchema): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const required = new Set((schema['required'] ?? []) as string[])
  const rest = schema['additionalProperties']
  if (properties.length === 0) return rest === false ? 'Record<string, never>' : `Record<string, ${typeText(rest as JsonSchema | undefined)}>`
  const fields = properties.map(([name, property]) => `${nameText(name)}${required.has(name) ? '' : '?'}: ${typeText(property)}`)
  return `{ ${fields.join('; ')} }`
}

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : JSON.stringify(value))
const nameText = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`)
const grouped = (text: string): string => (/[|&]/.test(text) && !/^[{[]/.test(text) ? `(${text})` : text)
