import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Route } from '#server/http/define-route.ts'
import { nasty, spoil } from '#server/testing/fuzz/spoil.ts'
import { valueOfSchema } from '#server/testing/fuzz/value-of-schema.ts'
import { filing, makeId } from '#server/testing/office-fixture.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { pushOne } from '#server/testing/phones/sync-calls.ts'
import { logInTo } from '#server/testing/start-test-server.ts'

/** Requests per route; each is one case of a kind drawn by the seed. */
const casesPerRoute = 60
const seed = 20_261_121
const atOnce = 12
/** A request that has not answered by then hangs, in milliseconds. */
const hangMs = 20_000

let small: SmallOffice
let token: string
let ids: string[]

beforeAll(async () => {
  small = await openSmallOffice()
  // Limits would answer for the routes; they have tests of their own.
  vi.spyOn(small.server.system.platform.limiter, 'consume').mockResolvedValue({ allowed: true, remaining: 1, resetMs: 1 })
  vi.spyOn(small.server.system.platform.limiter, 'peek').mockResolvedValue({ allowed: true, remaining: 1, resetMs: 1 })
  const command = filing(small.office)
  await pushOne(small.worker, command)
  const others = Object.entries(small.tenant.users).filter(([role]) => role !== 'owner').map(([, id]) => id)
  ids = [...Object.values(small.office), ...others, small.worker.deviceId, String(command.args['grievanceId']), makeId()]
  await renewToken()
})
afterAll(() => small?.close())

async function renewToken(): Promise<void> {
  token = (await logInTo(small.server.url, 'owner')).reply.accessToken
}

interface Sent {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

const headerNames = [
  'Authorization', 'Content-Type', 'Accept', 'Accept-Language', 'Cookie', 'If-None-Match', 'If-Match', 'Range', 'Last-Event-ID', 'Origin', 'Idempotency-Key',
  'X-Forwarded-For', 'X-Forwarded-Host', 'X-Request-Id', 'Content-Encoding', 'Tus-Resumable', 'Upload-Length', 'Upload-Offset', 'Upload-Metadata', 'Upload-Checksum'
] as const
const headerValues = fc.oneof(
  fc.constantFrom('', ' ', '-1', '0', '9'.repeat(40), 'application/json', 'text/html', 'gzip', 'bytes=9-1', '"', 'Bearer', 'Bearer x.y.z', 'filename !!!', 'a=b; a=c', '*', 'null', '%', '1.0.0', 'multipart/form-data; boundary='),
  fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?'))
)
const strangeHeaders = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.dictionary(fc.constantFrom(...headerNames), headerValues, { minKeys: 1, maxKeys: 3 })
)
const pathPart = fc.oneof(
  { weight: 2, arbitrary: fc.uuid() },
  fc.constantFrom('none', '%00', '..%2f..', '%ff', '0', '-1', 'x'.repeat(500), '%F0%9F%91%A9', 'null'),
  fc.string({ minLength: 1, maxLength: 12 }).map(encodeURIComponent)
)

/** Requests of a route: some fit it, most are spoilt in one place, some are no JSON at all. */
function requestsOf(route: Route): fc.Arbitrary<Sent> {
  const schema = route.kind === 'json' ? route.body : undefined
  const fitting = schema ? valueOfSchema(schema, ids) : fc.constant({})
  const spoilt = fc.tuple(fitting, fc.double({ min: 0, max: 0.999, noNaN: true }), nasty).map(([value, at, replacement]) => spoil(value, at, replacement))
  const body = fc.oneof(fitting, { weight: 3, arbitrary: spoilt }, nasty).map((value) => JSON.stringify(value))
  const torn = fc.tuple(body, fc.nat(40)).map(([text, cut]) => (text ?? '').slice(0, cut))
  const idOrPart = fc.oneof(fc.constantFrom(...ids), pathPart)
  const queryValue = fc.oneof(nasty.map((value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))), fc.constantFrom(...ids))
  const query = fc.dictionary(fc.oneof(fc.constantFrom(...queryNames(route)), fc.string({ maxLength: 8 })), queryValue, { maxKeys: 3 })
  const sentBody = route.kind === 'json' ? fc.oneof({ weight: 4, arbitrary: body }, torn) : fc.oneof(formBody, torn)
  return fc.record({ parts: fc.array(idOrPart, { minLength: 4, maxLength: 4 }), query, headers: strangeHeaders, body: sentBody }).map((draft) => ({
    path: addressOf(route, draft.parts, draft.query),
    headers: { Authorization: `Bearer ${token}`, ...ownHeaders(route), ...draft.headers },
    body: route.method === 'get' || route.method === 'head' ? undefined : draft.body
  }))
}

/** What a form of the portal sends, with values nobody types. */
const formNames = ['language', 'category', 'description', 'place', 'ward', 'landmark', 'latitude', 'longitude', 'name', 'phone', 'email', 'contact', 'number', 'digits', 'commandId', 'visibility', 'website']
const formBody = fc
  .dictionary(fc.constantFrom(...formNames), nasty.map((value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()), { maxKeys: 8 })
  .map((fields) => new URLSearchParams(fields).toString())

function ownHeaders(route: Route): Record<string, string> {
  if (route.kind === 'json') return { 'Content-Type': 'application/json' }
  return { 'Content-Type': 'application/x-www-form-urlencoded', Origin: small.server.url, 'Tus-Resumable': '1.0.0' }
}

function queryNames(route: Route): string[] {
  const shape = (route.query as { shape?: Record<string, unknown> } | undefined)?.shape
  return ['page', ...Object.keys(shape ?? {})]
}

function addressOf(route: Route, parts: readonly string[], query: Record<string, string>): string {
  let next = 0
  const path = route.path.replace(/\{?\/?[:*]\w+\}?/g, (name) => `${name.includes('/') ? '/' : ''}${parts[next++ % parts.length]}`)
  const search = new URLSearchParams(Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value.toWellFormed()]))).toString()
  return search === '' ? path : `${path}?${search}`
}

const traces = /\bat [^\n]+:\d+:\d+|node_modules|\/server\/|syntax error at|violates|select |insert into|ECONN|TypeError|ZodError/

/** What a caller must never get: a 500, a reply that does not end, words of the inside. */
async function faultOf(route: Route, sent: Sent): Promise<string | null> {
  const named = `${route.method} ${sent.path.slice(0, 200)} headers ${JSON.stringify(sent.headers).slice(0, 300)} body ${sent.body?.slice(0, 400)}`
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(), hangMs)
  try {
    const response = await fetch(`${small.server.url}${sent.path}`, { method: route.method.toUpperCase(), headers: sent.headers, ...(sent.body !== undefined && { body: sent.body }), redirect: 'manual', signal: ended.signal })
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      ended.abort()
      return null
    }
    const text = await response.text()
    if (response.status >= 500 && response.status !== 503) return `${response.status}: ${named}: ${text.slice(0, 300)}`
    if (response.status >= 400 && traces.test(text.replace(/<script[\s\S]*?<\/script>/g, ''))) return `tells of the inside: ${named}: ${text.slice(0, 500)}`
    return null
  } catch (error) {
    return ended.signal.aborted ? `hangs: ${named}` : `no answer (${(error as Error).message}, ${String((error as Error).cause)}): ${named}`
  } finally {
    clearTimeout(timer)
  }
}

test(`generated bad requests to every route: no 500, no hang, no word of the inside (seed ${seed})`, { timeout: 600_000 }, async () => {
  const faults: string[] = []
  let sent = 0
  for (const [index, route] of small.server.system.routes.entries()) {
    await renewToken()
    const requests = fc.sample(requestsOf(route), { seed: seed + index, numRuns: casesPerRoute })
    for (let start = 0; start < requests.length; start += atOnce) {
      const answers = await Promise.all(requests.slice(start, start + atOnce).map((request) => faultOf(route, request)))
      faults.push(...answers.filter((answer) => answer !== null))
      sent += answers.length
    }
  }
  expect(faults).toEqual([])
  expect(sent).toBeGreaterThan(2000)
  expect((await fetch(`${small.server.url}/readiness`)).status).toBe(200)
})
