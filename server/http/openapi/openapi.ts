import type { z } from 'zod'
import { problemSchema } from '#shared/errors.ts'
import { anyone } from '../access.ts'
import { defineRawRoute, type Route } from '../define-route.ts'
import type { OpenApiDocument, Operation } from './openapi-document.ts'
import { docsRoute } from './docs-page.ts'
import { jsonSchemaOf, type JsonSchema } from './openapi-schema.ts'

type Schemas = Record<string, JsonSchema>

const problemTitles: Readonly<Record<number, string>> = {
  400: 'The input is not valid; `errors` names the fields',
  401: 'No valid access token',
  403: 'The role of this person may not do this',
  404: 'Nothing here that this caller may see',
  409: 'Conflict with the present state, or the first request with this Idempotency-Key is under way',
  413: 'The body is too large',
  415: 'The body has the wrong content type',
  422: 'The content cannot be processed, or the Idempotency-Key was used for another request',
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

/** Serves the description of `routes` and of itself, for machines and for people. Open to anyone: it tells nothing that the apps do not. */
export function describingRoutes(routes: readonly Route[]): Route[] {
  let made: OpenApiDocument | null = null
  const describe = () => (made ??= openApiDocument([...routes, ...own]))
  let text: string | null = null
  const document = defineRawRoute({
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'Describes this interface.',
    tag: 'platform',
    access: anyone,
    contentType: 'application/json',
    handle(_request, response) {
      text ??= JSON.stringify(describe())
      response.setHeader('Cache-Control', 'no-cache')
      response.type('application/json').send(text)
    }
  })
  const own: Route[] = [document, docsRoute(describe)]
  return own
}

/** `/devices/:id` and `/files{/*rest}` in the words of OpenAPI. */
function openApiPath(path: string): string {
  return path.replace(/\{\/\*(\w+)\}/g, '/{$1}').replace(/[:*](\w+)/g, '{$1}')
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const operationId = `${route.method}${openApiPath(route.path).replace(/\W+(\w)/g, (_all, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`
  const parameters = [...parametersOf(route, 'params', schemas), ...parametersOf(route, 'query', schemas), ...(takesIdempotencyKey(route) ? [idempotencyKey] : [])]
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

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Of your making, e.g. a UUID. The same request under the same key is done once; a repetition within a day gets the first answer.',
  schema: { type: 'string', minLength: 8, maxLength: 200 }
}

function takesIdempotencyKey(route: Route): boolean {
  return route.kind === 'json' && route.method === 'post' && !route.repeatable && route.access.kind !== 'anyone'
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
  const statuses = [404, 429, 500]
  if (hasBody || route.params || route.query) statuses.push(400)
  if (hasBody) statuses.push(413, 415)
  if (route.access.kind !== 'anyone') statuses.push(401)
  if (route.access.kind === 'may') statuses.push(403)
  if (takesIdempotencyKey(route)) statuses.push(409, 422)
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
