import { describe, expect, it } from 'vitest'
import { createApiClient, type TokenSource } from './api-client.ts'
import { OfflineError } from './api-error.ts'
import { basePathOf } from './base-path.ts'

function client(answers: (Response | Error)[], tokens: Partial<TokenSource> = {}) {
  const seen: { path: string; authorization: string | null; credentials: string | undefined }[] = []
  const line = { answers: 0, silences: 0 }
  const api = createApiClient({
    basePath: '/o/lake',
    origin: 'https://office.test',
    tokens: { current: async () => 'old', refresh: async () => 'new', ...tokens },
    onAnswer: () => (line.answers += 1),
    onSilence: () => (line.silences += 1),
    fetch: async (input, init) => {
      const authorization = new Headers(init?.headers).get('authorization')
      seen.push({ path: new URL(String(input)).pathname, authorization, credentials: init?.credentials })
      const answer = answers.shift() ?? Response.json({})
      if (answer instanceof Error) throw answer
      return answer
    }
  })
  return { api, seen, line }
}

const get = { method: 'GET', path: '/api/v1/thing' } as const
const problem = (status: number, code: string, more: object = {}) =>
  Response.json({ type: 'x', title: 'x', status, code, requestId: 'r', ...more }, { status })

describe('createApiClient', () => {
  it('speaks to the office of its base path, without cookies', async () => {
    const { api, seen } = client([])
    await api.call(get)
    expect(seen).toEqual([{ path: '/o/lake/api/v1/thing', authorization: 'Bearer old', credentials: 'omit' }])
  })

  it('sends cookies to the session only, and no token with them', async () => {
    const { api, seen } = client([])
    await api.call({ method: 'POST', path: '/api/v1/session/refresh', auth: 'cookie' })
    expect(seen[0]).toMatchObject({ authorization: null, credentials: 'same-origin' })
  })

  it('refreshes once after a 401 and tries again with the new token', async () => {
    const { api, seen } = client([problem(401, 'token_expired'), Response.json({ fine: true })])
    expect(await api.call(get)).toEqual({ fine: true })
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
  })

  it('does not try for ever: a second 401 is the answer', async () => {
    const { api, seen } = client([problem(401, 'token_expired'), problem(401, 'unauthenticated')])
    await expect(api.call(get)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(seen).toHaveLength(2)
  })

  it('names the fields the server refused, and how long to wait', async () => {
    const { api } = client([problem(422, 'invalid_args', { errors: [{ path: 'args.name', message: 'Too long' }] })])
    await expect(api.call(get)).rejects.toMatchObject({
      code: 'invalid_args',
      fields: [{ path: 'args.name', message: 'Too long' }]
    })
    const busy = client([new Response('busy', { status: 503, headers: { 'retry-after': '7' } })])
    await expect(busy.api.call(get)).rejects.toMatchObject({ status: 503, code: 'unavailable', retryAfterMs: 7_000 })
  })

  it('takes the login page of a network for silence, not for an answer of ours', async () => {
    const { api } = client([new Response('<html>Pay here</html>', { status: 200 })])
    await expect(api.call(get)).rejects.toBeInstanceOf(OfflineError)
  })

  it('tells a silent line from an answer', async () => {
    const { api, line } = client([new TypeError('fetch failed'), Response.json({})])
    await expect(api.call(get)).rejects.toBeInstanceOf(OfflineError)
    await api.call(get)
    expect(line).toEqual({ answers: 1, silences: 1 })
  })
})

describe('basePathOf', () => {
  it.each([
    ['https://office.test/field/', ''],
    ['https://host.test/o/lake-ward/field/today', '/o/lake-ward'],
    ['https://host.test/other/o/lake/', '']
  ])('%s lives at "%s"', (address, expected) => expect(basePathOf(address)).toBe(expected))
})
