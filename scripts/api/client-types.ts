import type { OpenApiDocument, Operation } from '#server/http/openapi/openapi-document.ts'
import type { JsonSchema } from '#server/http/openapi/openapi-schema.ts'
import { schemaName, typeText } from '#server/http/openapi/schema-type.ts'

interface Parameter {
  name: string
  in: string
  required: boolean
  schema: JsonSchema
}

const json = (content: Record<string, { schema: JsonSchema }> | undefined) => content?.['application/json']?.schema

/** The TypeScript source of the client's types: what each JSON route takes and gives. */
export function clientTypes({ paths, components }: OpenApiDocument): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => (isJson(operation) ? [routeLine(`${method.toUpperCase()} ${path}`, operation)] : []))
  )
  const named = Object.entries(components.schemas).map(([name, schema]) => `export type ${schemaName(name)} = ${typeText(schema)}`)
  return [
    '// Made by `npm run api:client` from the routes of the server. Do not edit: change the route and make it again.',
    '',
    ...named.sort(),
    '',
    '/** Routes that answer with JSON, by method and path. `body` is `undefined` where none is sent, `reply` where none comes. */',
    'export interface ApiRoutes {',
    ...routes.sort(),
    '}',
    ''
  ].join('\n')
}

function isJson({ responses }: Operation): boolean {
  const success = Object.entries(responses).filter(([status]) => Number(status) < 300)
  return success.some(([, reply]) => reply.content === undefined || json(reply.content) !== undefined) && !success.some(([, reply]) => reply.content && !hasType(reply))
}

/** A raw route that writes JSON says nothing of its content. */
function hasType(reply: Operation['responses'][string]): boolean {
  const schema = json(reply.content)
  return schema !== undefined && Object.keys(schema).length > 0
}

function routeLine(name: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []) as Parameter[]
  const body = json((operation.requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)?.content)
  const replies = Object.entries(operation.responses).filter(([status]) => Number(status) < 300)
  const reply = [...new Set(replies.map(([, one]) => (one.content ? typeText(json(one.content)) : 'undefined')))].join(' | ')
  return `  '${name}': { params: ${fieldsOf(parameters, 'path')}; query: ${fieldsOf(parameters, 'query')}; body: ${body ? typeText(body) : 'undefined'}; reply: ${reply} }`
}

function fieldsOf(parameters: readonly Parameter[], place: string): string {
  const fields = parameters.filter((one) => one.in === place).map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeText(schema)}`)
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`
}
