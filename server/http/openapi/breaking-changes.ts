import type { OpenApiDocument, Operation } from './openapi-document.ts'
import type { JsonSchema } from './openapi-schema.ts'

interface Place {
  path: string
  /** Schemas that are sent by callers may become wider, those of replies narrower; the other way round breaks somebody. */
  side: 'request' | 'reply'
}

interface Pair {
  before: OpenApiDocument
  after: OpenApiDocument
}

/** What callers of `before` would miss or be refused in `after`, a sentence each. What is added breaks nobody. */
export function breakingChanges(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const both = { before, after }
  return Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const now = after.paths[path]?.[method]
      const name = `${method.toUpperCase()} ${path}`
      return now ? operationChanges(both, name, { operation, now }) : [`${name}: the route is gone`]
    })
  )
}

function operationChanges(both: Pair, name: string, { operation, now }: { operation: Operation; now: Operation }): string[] {
  const found: string[] = []
  const known = new Map(parametersOf(operation).map((one) => [`${one.in} ${one.name}`, one]))
  for (const parameter of parametersOf(now)) {
    const old = known.get(`${parameter.in} ${parameter.name}`)
    if (parameter.required && !old?.required) found.push(`${name}: the ${parameter.in} parameter "${parameter.name}" is now required`)
    if (old) found.push(...schemaChanges(both, { path: `${name}: ${parameter.name}`, side: 'request' }, [old.schema, parameter.schema]))
  }
  const [body, bodyNow] = [bodyOf(operation), bodyOf(now)]
  if (!body && bodyNow) found.push(`${name}: a body is now required`)
  if (body && bodyNow) found.push(...schemaChanges(both, { path: `${name}: body`, side: 'request' }, [body, bodyNow]))
  for (const [status, reply] of Object.entries(operation.responses).filter(([code]) => Number(code) < 400)) {
    const next = now.responses[status]
    if (!next) found.push(`${name}: the reply ${status} is gone`)
    const [old, fresh] = [schemaOf(reply), next && schemaOf(next)]
    if (old && fresh) found.push(...schemaChanges(both, { path: `${name}: reply ${status}`, side: 'reply' }, [old, fresh]))
  }
  return found
}

/** Compares two schemas as far as both say the same kind of thing. */
function schemaChanges(both: Pair, { path, side }: Place, [old, fresh]: readonly [JsonSchema, JsonSchema]): string[] {
  const [a, b] = [resolved(both.before, old), resolved(both.after, fresh)]
  if (typeof a['type'] === 'string' && typeof b['type'] === 'string' && a['type'] !== b['type']) return [`${path}: was ${a['type']}, is ${b['type']}`]
  const found: string[] = []
  if (side === 'request') found.push(...valuesLost(a['enum'], b['enum']).map((value) => `${path}: ${value} is no longer taken`))
  const [properties, now] = [propertiesOf(a), propertiesOf(b)]
  const required = (schema: JsonSchema) => new Set((schema['required'] ?? []) as string[])
  if (side === 'request') {
    for (const name of required(b)) if (!required(a).has(name)) found.push(`${path}: "${name}" is now required`)
  } else {
    for (const name of required(a)) if (!required(b).has(name)) found.push(`${path}: "${name}" may be missing or is gone`)
  }
  for (const [name, property] of Object.entries(properties)) {
    const next = now[name]
    if (next) found.push(...schemaChanges(both, { path: `${path}.${name}`, side }, [property, next]))
  }
  if (a['items'] && b['items']) found.push(...schemaChanges(both, { path: `${path}[]`, side }, [a['items'] as JsonSchema, b['items'] as JsonSchema]))
  return found
}

function valuesLost(old: unknown, fresh: unknown): string[] {
  if (!Array.isArray(old) || !Array.isArray(fresh)) return []
  return old.filter((value) => !fresh.includes(value)).map((value) => JSON.stringify(value))
}

/** Follows a reference once: components that refer to themselves are compared to their first level. */
function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const { properties: _deep, items: _items, ...rest } = document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {}
  return rest
}

interface Parameter {
  name: string
  in: string
  required: boolean
  schema: JsonSchema
}

const parametersOf = (operation: Operation) => (operation.parameters ?? []) as Parameter[]
const propertiesOf = (schema: JsonSchema) => (schema['properties'] ?? {}) as Record<string, JsonSchema>
const bodyOf = (operation: Operation) => (operation.requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)?.content?.['application/json']?.schema
const schemaOf = (reply: Operation['responses'][string]) => reply.content?.['application/json']?.schema
