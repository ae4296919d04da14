import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { logInTo, testPassword } from '#server/testing/start-test-server.ts'

let small: SmallOffice
const url = () => small.server.url

beforeAll(async () => {
  small = await openSmallOffice()
})
afterAll(() => small?.close())

/** A request whose headers, Host among them, are the attacker's. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }>((resolve, reject) => {
    const asking = request(`${url()}/`, { path, method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }))
    })
    asking.on('error', reject)
    asking.end(options.body)
  })
}

describe('another site’s page', () => {
  test('cannot use the refresh cookie: it is strict, out of reach of scripts, and sent to one path alone', async () => {
    const response = await fetch(`${url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login: 'officer', password: testPassword, device: { id: small.officer.deviceId, label: 'x' } })
    })
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toContain('; HttpOnly')
    expect(cookie).toContain('; SameSite=Strict')
    expect(cookie).toContain('; Path=/api/v1/session')
    expect(cookie).not.toContain('Domain')
  })

  test('cannot act with a cookie alone on any route that changes something', async () => {
    const changing = small.server.system.routes.filter((route) => route.kind === 'json' && route.access.kind !== 'anyone' && route.method !== 'get')
    expect(changing.length).toBeGreaterThan(10)
    for (const route of changing) {
      const path = route.path.replace(/:\w+/g, small.office.wardA)
      const response = await fetch(url() + path, { method: route.method.toUpperCase(), headers: { Cookie: small.officer.cookie, 'Content-Type': 'application/json' }, body: '{}' })
      expect([response.status, route.path]).toEqual([401, route.path])
    }
  })

  test('cannot send JSON as a plain form, which needs no question beforehand', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(`${url()}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': type }, body: '{"login":"owner"}' })
      expect(response.status).toBe(415)
    }
  })

  test('is not allowed to read any answer: no CORS header, not even to a preflight', async () => {
    for (const path of ['/api/v1/tenant', '/api/v1/session', '/api/v1/grievances', '/api/v1/openapi.json', '/track']) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await ask(path, { method, headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' } })
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    }
  })

  test('cannot post a form of the portal into it', async () => {
    const forms = small.server.system.routes.filter((route) => route.kind === 'raw' && route.method === 'post' && !route.path.startsWith('/api/'))
    expect(forms.length).toBeGreaterThan(4)
    for (const route of forms) {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
      const answer = await ask(route.path, { method: 'POST', headers, body: 'description=x' })
      expect([answer.status, route.path]).toEqual([403, route.path])
    }
  })

  test('cannot put a page into a frame', async () => {
    for (const path of ['/', '/track', '/report/start', '/admin/', '/field/', '/api/v1/tenant', '/nothing']) {
      const { headers } = await ask(path, { headers: { Accept: 'text/html' } })
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'")
      expect(headers['cross-origin-opener-policy'], path).toBe('same-origin')
    }
  })
})

describe('a session', () => {
  test('cannot be fixed: a token chosen beforehand is never taken over by a login, nor accepted after it', async () => {
    const name = small.officer.cookie.split('=')[0] ?? ''
    const chosen = Buffer.alloc(32, 7).toString('base64url')
    const response = await fetch(`${url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: `${name}=${chosen}` },
      body: JSON.stringify({ login: 'viewer', password: testPassword, device: { id: crypto.randomUUID(), label: 'x' } })
    })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()[0]).not.toContain(chosen)
    const refreshed = await fetch(`${url()}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: `${name}=${chosen}` } })
    expect(refreshed.status).toBe(401)
  })

  test('is new at each login, and an older one of the same device can be told from it', async () => {
    const first = await logInTo(url(), 'viewer')
    const second = await logInTo(url(), 'viewer', { id: first.deviceId })
    expect(second.cookie).not.toBe(first.cookie)
    expect(second.reply.accessToken).not.toBe(first.reply.accessToken)
  })
})

describe('an address made by an attacker', () => {
  const foreign = /evil\.example/

  test('never redirects to another site', async () => {
    const paths = ['//evil.example', '//evil.example/%2e%2e', '/\\evil.example', '/%5cevil.example', '/%2f%2fevil.example', '/admin//evil.example', '/field//evil.example/..', '/admin?next=//evil.example', '/track?next=https://evil.example', '/report/start?go=https://evil.example', '/o//evil.example']
    for (const path of paths) {
      const answer = await ask(path, { headers: { Accept: 'text/html' } })
      const location = String(answer.headers['location'] ?? '')
      const target = new URL(location === '' ? '/' : location, url())
      expect([path, target.origin]).toEqual([path, new URL(url()).origin])
    }
  })

  test('a Host or X-Forwarded-Host of the attacker stands in no page, link, redirect or document', async () => {
    for (const path of ['/', '/track', '/report/start', '/admin', '/field', '/api/v1/openapi.json', '/api/v1/tenant', '/nothing']) {
      const answer = await ask(path, { headers: { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https', Forwarded: 'host=evil.example', Accept: 'text/html, application/json' } })
      expect([path, foreign.test(answer.text), foreign.test(JSON.stringify(answer.headers))]).toEqual([path, false, false])
    }
  })

  test('what depends on the caller is kept by no cache in between', async () => {
    for (const path of ['/api/v1/session', '/api/v1/grievances', '/api/v1/reference', '/track', '/report/start']) {
      const answer = await ask(path, { headers: { Authorization: `Bearer ${small.officer.reply.accessToken}`, Accept: 'text/html, application/json' } })
      expect([path, answer.headers['cache-control']]).toEqual([path, expect.stringMatching(/no-store|private|no-cache/)])
    }
  })

  test('a header that nobody reads cannot change what a cacheable page says', async () => {
    const plain = await ask('/', { headers: { Accept: 'text/html' } })
    const poisoned = await ask('/', { headers: { Accept: 'text/html', 'X-Original-URL': '/admin', 'X-Rewrite-URL': '/admin', 'X-HTTP-Method-Override': 'DELETE', 'X-Forwarded-Prefix': '/evil' } })
    const bare = (text: string) => text.replace(/nonce-[\w-]+/g, '')
    expect(bare(poisoned.text)).toBe(bare(plain.text))
    expect(plain.status).toBe(poisoned.status)
  })
})
