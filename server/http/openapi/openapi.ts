import type { z } from 'zod'
import { problemSchema } from '#shared/errors.ts'
import { anyone } from '../access.ts'
import { defineRawRoute, type RawRoute, type Route } from '../define-route.ts'
import { jsonSchemaOf, type JsonSchema } from './openapi-schema.ts'

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object }
}

export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security?: object[]
  parameters?: object[]
  requestBody?: object
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>
}

type Schemas = Record<string, JsonSchema>

const problemTitles: Readonly<Record<number, string>> = {
  400: 'The input is not valid; `errors` names the fields',
  401: 'No valid access token',
  403: 'The role of this person may not do this',
  404: 'Nothing here that this caller may see',
  413: 'The body is too large',
  415: 'The body has the wrong content type',
  429: 'Too many requests; see Retry-After',
  500: 'Something went wrong on the server'
}

/** The description of the whole HTTP interface, made from the routes themselves. */
export function openApiDocument(routes: readonly Route[], version = '1'): OpenApiDocument {
  const schemas: Schemas = {}
  schemas['Problem'] = jsonSchemaOf(problemSchema, { name: 'Problem', io: 'output', schemas })
  const paths: OpenApiDocument['paths'] = {}
  for (const route of routes) {
    const path = openApiPath(route.path)
    paths[path] = { ...paths[path], [route.method]: operationOf(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sampark', version, description: 'Where an installation serves several offices, each path stands below /o/<office>.' },
    tags: [...new Set(routes.map((route) => route.tag))].sort().map((name) => ({ name })),
    paths,
    components: { schemas, securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
  }
}

/** Serves the description of `routes` and of itself. Open to anyone: it tells nothing that the apps do not. */
export function openApiRoute(routes: readonly Route[]): RawRoute {
  let text: string | null = null
  const route: RawRoute = defineRawRoute({
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'Describes this interface.',
    tag: 'platform',
    access: anyone,
    contentType: 'application/json',
    handle(_request, response) {
      text ??= JSON.stringify(openApiDocument([...routes, route]))
      response.setHeader('Cache-Control', 'no-cache')
      response.type('application/json').send(text)
    }
  })
  return route
}

/** `/devices/:id` and `/files{/*rest}` in the words of OpenAPI. */
function openApiPath(path: string): string {
  return path.replace(/\{\/\*(\w+)\}/g, '/{$1}').replace(/[:*](\w+)/g, '{$1}')
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const operationId = `${route.method}${openApiPath(route.path).replace(/\W+(\w)/g, (_all, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`
  const parameters = [...parametersOf(route, 'params', schemas), ...parametersOf(route, 'query', schemas)]
  return {
    operationId,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access.kind !== 'anyone' && { security: [{ accessToken: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.kind === 'json' && route.body && { requestBody: bodyOf(route.body, operationId, schemas) }),
    responses: { ...successesOf(route, operationId, schemas), ...problemsOf(route) }
  }
}

function bodyOf(body: z.ZodType, operationId: string, schemas: Schemas): object {
  const schema = jsonSchemaOf(body, { name: `${operationId}Body`, io: 'input', schemas })
  return { required: true, content: { 'application/json': { schema } } }
}

function successesOf(route: Route, operationId: string, schemas: Schemas): Operation['responses'] {
  if (route.kind === 'raw') return { 200: { description: 'Success', content: { [route.contentType]: { schema: {} } } } }
  return Object.fromEntries(
    Object.entries(route.reply).map(([status, reply]) => {
      if (reply.def.type === 'undefined') return [status, { description: 'Success, without a body' }]
      const schema = jsonSchemaOf(reply, { name: `${operationId}Reply${status}`, io: 'output', schemas })
      return [status, { description: 'Success', content: { 'application/json': { schema } } }]
    })
  )
}

function problemsOf(route: Route): Operation['responses'] {
  const hasBody = route.kind === 'json' ? route.body !== undefined : route.bodyLimit !== undefined
  const statuses = [404, 500]
  if (hasBody || route.params || route.query) statuses.push(400)
  if (hasBody) statuses.push(413, 415)
  if (route.access.kind !== 'anyone') statuses.push(401)
  if (route.access.kind === 'may') statuses.push(403)
  if (route.limit) statuses.push(429)
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(statuses.map((status) => [status, { description: problemTitles[status] ?? 'Problem', content }]))
}

function parametersOf(route: Route, part: 'params' | 'query', schemas: Schemas): object[] {
  const place = part === 'params' ? 'path' : 'query'
  const schema = route[part] && jsonSchemaOf(route[part], { name: `${route.method}${part}`, io: 'input', schemas })
  const properties = (schema?.['properties'] ?? {}) as Record<string, JsonSchema>
  const required = (schema?.['required'] ?? []) as string[]
  const named = Object.entries(properties).map(([name, property]) => {
    return { name, in: place, required: place === 'path' || required.includes(name), schema: property }
  })
  if (place === 'query') return named
  const inPath = [...openApiPath(route.path).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const untyped = inPath.filter((name) => !(name in properties))
  return [...named, ...untyped.map((name) => ({ name, in: place, required: true, schema: { type: 'string' } }))]
}
