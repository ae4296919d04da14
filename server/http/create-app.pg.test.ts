import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { anyone } from './access.ts'
import { defineRoute, noBody } from './define-route.ts'

const sample = defineRoute({
  method: 'post', path: '/api/v1/sample/:id', summary: 'A sample.', tag: 'sample',
  access: anyone, params: z.object({ id: uuidSchema }), query: z.object({ page: z.coerce.number().int().min(1).default(1) }),
  body: z.object({ name: z.string().min(1), tags: z.array(z.string()).optional() }),
  reply: { 200: z.object({ page: z.number(), name: z.string() }) },
  handle: ({ query, body }) => ({ status: 200, body: { page: query.page, name: body.name } })
})
const broken = defineRoute({
  method: 'get', path: '/api/v1/broken', summary: 'Fails.', tag: 'sample', access: anyone, reply: { 204: noBody },
  handle() {
    throw new Error('password of Asha is hunter2')
  }
})

let database: TestDatabase
let server: TestServer
let office: TestTenant
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  office = await makeTestTenant(database)
  server = await startTestServer({ database, deps: { extraRoutes: [sample, broken] } })
  url = server.url
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const path = '/api/v1/sample/019a0000-0000-7000-8000-000000000001'
const json = { 'Content-Type': 'application/json' }

interface BadInput {
  what: string
  at?: string
  method?: string
  headers?: Record<string, string>
  body?: string
  status: number
  code: string
  paths?: string[]
}

const matrix: BadInput[] = [
  { what: 'JSON that breaks off', body: '{"name":', status: 400, code: 'invalid_request', paths: [''] },
  { what: 'an empty body', body: '', status: 400, code: 'invalid_request', paths: ['name'] },
  { what: 'a body of another kind', body: '[]', status: 400, code: 'invalid_request', paths: [''] },
  { what: 'null', body: 'null', status: 400, code: 'invalid_request', paths: [''] },
  { what: 'a wrong type', body: '{"name":7}', status: 400, code: 'invalid_request', paths: ['name'] },
  { what: 'a missing field', body: '{}', status: 400, code: 'invalid_request', paths: ['name'] },
  { what: 'a wrong type deep inside', body: '{"name":"a","tags":["b",null]}', status: 400, code: 'invalid_request', paths: ['tags.1'] },
  { what: 'two wrong fields', body: '{"name":"","tags":1}', status: 400, code: 'invalid_request', paths: ['name', 'tags'] },
  { what: 'a NUL character', body: '{"name":"a\\u0000b"}', status: 400, code: 'invalid_request', paths: ['name'] },
  { what: 'half of a surrogate pair', body: '{"name":"a\\ud800"}', status: 400, code: 'invalid_request', paths: ['name'] },
  { what: 'a form of another site', headers: { 'Content-Type': 'text/plain' }, body: '{"name":"a"}', status: 415, code: 'unsupported_media', paths: [''] },
  { what: 'an unknown encoding', headers: { ...json, 'Content-Encoding': 'zstd9' }, body: '{"name":"a"}', status: 415, code: 'unsupported_media', paths: [''] },
  { what: 'an oversize body', body: JSON.stringify({ name: 'x'.repeat(300_000) }), status: 413, code: 'too_large', paths: [''] },
  { what: 'a wrong query', at: `${path}?page=zero`, body: '{"name":"a"}', status: 400, code: 'invalid_request', paths: ['query.page'] },
  { what: 'a NUL in the query', at: `${path}?page=%00`, body: '{"name":"a"}', status: 400, code: 'invalid_request', paths: ['query.page'] },
  { what: 'an id that is none', at: '/api/v1/sample/7', body: '{"name":"a"}', status: 400, code: 'invalid_request', paths: ['params.id'] },
  { what: 'an address that cannot be decoded', at: '/api/v1/sample/%E0%A4%A', body: '{"name":"a"}', status: 400, code: 'invalid_request' },
  { what: 'an unknown address', at: '/api/v1/nothing', body: '{}', status: 404, code: 'not_found' },
  { what: 'a wrong method', method: 'PUT', body: '{}', status: 405, code: 'method_not_allowed' }
]

describe('bad input', () => {
  test.each(matrix)('$what gives a problem that names the field', async (bad) => {
    const response = await fetch(url + (bad.at ?? path), { method: bad.method ?? 'POST', headers: bad.headers ?? json, body: bad.body ?? '' })
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const problem = problemSchema.parse(await response.json())
    expect({ status: response.status, code: problem.code, paths: problem.errors?.map((error) => error.path) }).toEqual({
      status: bad.status, code: bad.code, paths: bad.paths
    })
    expect(problem.status).toBe(response.status)
    expect(problem.requestId).toBe(response.headers.get('x-request-id'))
  })

  test('a body sent in chunks is cut at the limit too', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 40; chunk += 1) controller.enqueue(new TextEncoder().encode(' '.repeat(10_000)))
        controller.close()
      }
    })
    const response = await fetch(url + path, { method: 'POST', headers: json, body: chunks, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
  })

  test('a wrong method is told which ones there are', async () => {
    const response = await fetch(`${url}/api/v1/session`, { method: 'PATCH' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'POST'])
  })

  test('good input passes, with the default for what was left out', async () => {
    const response = await fetch(url + path, { method: 'POST', headers: json, body: '{"name":"Asha"}' })
    expect(await response.json()).toEqual({ page: 1, name: 'Asha' })
  })

  test('an error that nobody expected tells nothing but a request id', async () => {
    const response = await fetch(`${url}/api/v1/broken`)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/Asha|hunter2|at .*\.ts/)
    expect(problemSchema.parse(JSON.parse(text)).requestId).toBe(response.headers.get('x-request-id'))
  })
})

describe('headers', () => {
  test('every kind of answer carries the policy, without unsafe-inline', async () => {
    for (const at of ['/health', '/api/v1/tenant', '/api/v1/nothing', '/nowhere']) {
      const { headers } = await fetch(url + at)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=(self), geolocation=(self)')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('strict-transport-security')).toBeNull()
    }
  })

  test('behind https the browser is told to stay there, and cookies are secure', async () => {
    const secure = await startTestServer({ database, environment: { PUBLIC_URL: 'https://seva.example' } })
    const response = await fetch(`${secure.url}/api/v1/session`, { method: 'DELETE' })
    await secure.close()
    expect(response.headers.get('strict-transport-security')).toMatch(/max-age=31536000/)
    expect(response.headers.getSetCookie()[0]).toContain('; Secure')
  })

  test('a forwarded host counts only where a proxy is trusted', async () => {
    const ask = (at: string) => fetch(`${at}/api/v1/tenant`, { headers: { 'X-Forwarded-Host': 'second.example' } })
    const second = await makeTestTenant(database, { hosts: ['second.example'] })
    const behindProxy = await startTestServer({ database, environment: { TRUST_PROXY: '1' } })
    const believed = (await (await ask(behindProxy.url)).json()) as { slug: string }
    await behindProxy.close()
    const ignored = await ask(`${url}/o/${office.slug}`)
    expect(believed.slug).toBe(second.slug)
    expect(((await ignored.json()) as { slug: string }).slug).toBe(office.slug)
  })
})
