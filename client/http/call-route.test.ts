import { expect, test } from 'vitest'
import { z } from 'zod'
import { createApiClient } from './api-client.ts'
import { callRoute, queryText } from './call-route.ts'

const seen: { method: string | undefined; url: string; body: unknown }[] = []
const api = createApiClient({
  basePath: '/o/lake',
  origin: 'https://office.test',
  tokens: { current: async () => 'token', refresh: async () => null },
  fetch: async (input, init) => {
    seen.push({ method: init?.method, url: String(input), body: init?.body ?? null })
    return Response.json({ id: 'x' })
  }
})

test('a route is called by its name, with its parts in their places', async () => {
  await callRoute(api, 'POST /api/v1/devices/{id}/revoke', { params: { id: 'a/b?c' } })
  await callRoute(api, 'GET /api/v1/messages', { query: { status: 'failed', limit: 5 } })
  await callRoute(api, 'POST /api/v1/portal/track', { body: { number: 'N', digits: '1234' } })
  expect(seen).toEqual([
    { method: 'POST', url: 'https://office.test/o/lake/api/v1/devices/a%2Fb%3Fc/revoke', body: null },
    { method: 'GET', url: 'https://office.test/o/lake/api/v1/messages?status=failed&limit=5', body: null },
    { method: 'POST', url: 'https://office.test/o/lake/api/v1/portal/track', body: '{"number":"N","digits":"1234"}' }
  ])
})

test('what a route does not take does not compile', () => {
  const wrong = [
    // @ts-expect-error -- there is no such route
    () => callRoute(api, 'GET /api/v1/nothing'),
    // @ts-expect-error -- the id is missing
    () => callRoute(api, 'POST /api/v1/devices/{id}/revoke'),
    // @ts-expect-error -- no such state
    () => callRoute(api, 'GET /api/v1/messages', { query: { status: 'eaten' } }),
    // @ts-expect-error -- the digits are missing
    () => callRoute(api, 'POST /api/v1/portal/track', { body: { number: 'N' } })
  ]
  expect(wrong).toHaveLength(4)
})

test('an answer that its schema does not know is not taken', async () => {
  const other = z.object({ name: z.string() }) as unknown as z.ZodType<never>
  await expect(callRoute(api, 'GET /api/v1/session', {}, other)).rejects.toThrow()
})

test('empty parts of a query are left out', () => {
  expect(queryText({ a: 1, b: '', c: null, d: undefined, e: false })).toBe('?a=1&e=false')
  expect(queryText({})).toBe('')
})
