import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestTenant, startTestServer, type TestServer } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { breakingChanges } from './breaking-changes.ts'
import type { OpenApiDocument } from './openapi-document.ts'

let database: TestDatabase
let server: TestServer
let document: OpenApiDocument

beforeAll(async () => {
  database = await createTestDatabase()
  await makeTestTenant(database)
  server = await startTestServer({ database })
  document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as OpenApiDocument
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const operations = () => Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))

test('describes each route of the server, once, under an id of its own', () => {
  const described = operations().map(({ path, method }) => `${method} ${path}`).sort()
  const served = server.system.routes.map((route) => `${route.method} ${route.path.replace(/\{\/\*(\w+)\}/g, '/{$1}').replace(/[:*](\w+)/g, '{$1}')}`).sort()
  expect(described).toEqual([...new Set(served)])
  const ids = operations().map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('each operation has a summary, a tag, a success and the problems it can answer', () => {
  for (const { path, method, operation } of operations()) {
    const route = server.system.routes.find((known) => known.method === method && known.path.replace(/:(\w+)/g, '{$1}') === path)
    const statuses = Object.keys(operation.responses).map(Number)
    expect(operation.summary, path).not.toBe('')
    expect(document.tags.map((tag) => tag.name)).toContain(operation.tags[0])
    expect(statuses.some((status) => status < 400), path).toBe(true)
    expect(statuses, path).toContain(500)
    if (route?.access.kind !== 'anyone' && route) expect(statuses, path).toContain(401)
    if (route?.access.kind === 'may') expect(statuses, path).toContain(403)
    if (route?.kind === 'json' && route.body) expect(statuses, path).toEqual(expect.arrayContaining([400, 413, 415]))
    for (const [status, response] of Object.entries(operation.responses)) {
      // RFC 6749 gives the refusals of OAuth2 a form of their own.
      if (Number(status) >= 400 && path !== '/api/v1/oauth/token') expect(Object.keys(response.content ?? {}), path).toEqual(['application/problem+json'])
    }
  }
})

test('every parameter in a path is described', () => {
  for (const { path, operation } of operations()) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const described = (operation.parameters ?? []).filter((parameter) => (parameter as { in: string }).in === 'path')
    expect(described.map((parameter) => (parameter as { name: string }).name).sort()).toEqual(named.sort())
  }
})

test('is a valid OpenAPI 3.1 document by the schema of its makers', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const schema = createRequire(import.meta.url)('@seriousme/openapi-schema-validator/schemas/v3.1/schema.json') as object
  ajv.validate(schema, document)
  expect(ajv.errors).toBeNull()
  ajv.validate(schema, { ...document, paths: { '/x': { get: { responses: 'none' } } } })
  expect(ajv.errors).not.toBeNull()
})

test('breaks nobody who was written for the recorded one', () => {
  const recorded = JSON.parse(readFileSync(new URL('../../../docs/api/openapi-v1.json', import.meta.url), 'utf8')) as OpenApiDocument
  expect(breakingChanges(recorded, document)).toEqual([])
})

test('is a page for people too, without scripts and without anything from elsewhere', async () => {
  const response = await fetch(`${server.url}/api/v1/docs`)
  const page = await response.text()
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  for (const { path, method, operation } of operations()) expect(page).toContain(`<details id="${operation.operationId}"><summary><code>${method.toUpperCase()} ${path}</code>`)
  expect(page).not.toMatch(/<script|\son\w+=|https?:\/\/(?!localhost)/)
  const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? ''
  expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
})

test('is valid JSON Schema 2020-12 inside, and no reference leads nowhere', () => {
  const text = JSON.stringify(document)
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas).toHaveProperty([name ?? ''])
  expect(text).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/)
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  for (const [name, schema] of Object.entries(document.components.schemas)) expect(ajv.validateSchema(schema), name).toBe(true)
})
