import { expect, test } from 'vitest'
import { breakingChanges } from './breaking-changes.ts'
import type { OpenApiDocument } from './openapi-document.ts'

const person = { type: 'object', properties: { name: { type: 'string' }, role: { type: 'string', enum: ['owner', 'viewer'] } }, required: ['name'] }

function released(): OpenApiDocument {
  return {
    openapi: '3.1.0', info: { title: 'T', version: '1', description: '' }, tags: [], components: { schemas: {}, securitySchemes: {} },
    paths: {
      '/people': {
        get: {
          operationId: 'list', summary: 'S', tags: [],
          parameters: [{ name: 'page', in: 'query', required: false, schema: { type: 'integer' } }],
          responses: { 200: { description: '', content: { 'application/json': { schema: { type: 'object', properties: { people: { type: 'array', items: person } }, required: ['people'] } } } } }
        },
        post: { operationId: 'add', summary: 'S', tags: [], requestBody: { content: { 'application/json': { schema: person } } }, responses: { 201: { description: '' } } }
      }
    }
  }
}

interface Node {
  [key: string]: unknown
}

/** Sets the value at a path below `/people`; undefined takes it away. */
function put(document: OpenApiDocument, path: string, value: unknown): void {
  const steps = path.split(' ')
  const last = steps.pop() ?? ''
  let at = document.paths['/people'] as unknown as Node
  for (const step of steps) at = at[step] as Node
  if (value === undefined) delete at[last]
  else at[last] = value
}

const body = 'post requestBody content application/json schema'
const reply = 'get responses 200 content application/json schema'
const page = { name: 'page', in: 'query', required: false, schema: { type: 'integer' } }

const harms: [sentence: string, path: string, value: unknown][] = [
  ['POST /people: the route is gone', 'post', undefined],
  ['GET /people: the query parameter "ward" is now required', 'get parameters', [page, { name: 'ward', in: 'query', required: true, schema: {} }]],
  ['GET /people: page: was integer, is string', 'get parameters', [{ ...page, schema: { type: 'string' } }]],
  ['POST /people: body: "phone" is now required', `${body} required`, ['name', 'phone']],
  ['POST /people: body.role: "viewer" is no longer taken', `${body} properties role enum`, ['owner']],
  ['POST /people: the reply 201 is gone', 'post responses', { 204: { description: '' } }],
  ['GET /people: reply 200.people[]: "name" may be missing or is gone', `${reply} properties people items required`, []],
  ['GET /people: reply 200: "people" may be missing or is gone', `${reply} required`, []]
]

test.each(harms)('%s', (sentence, path, value) => {
  const changed = structuredClone(released())
  put(changed, path, value)
  expect(breakingChanges(released(), changed)).toEqual([sentence])
})

test('what is added breaks nobody', () => {
  const grown = structuredClone(released())
  put(grown, 'patch', { operationId: 'change', summary: 'S', tags: [], responses: {} })
  put(grown, 'get parameters', [page, { name: 'ward', in: 'query', required: false, schema: {} }])
  put(grown, `${body} properties phone`, { type: 'string' })
  put(grown, `${body} properties role enum`, ['owner', 'viewer', 'officer'])
  put(grown, `${reply} properties next`, { type: 'string' })
  expect(breakingChanges(released(), grown)).toEqual([])
})
