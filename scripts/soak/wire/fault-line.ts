import type { Chance } from '../chance.ts'
import type { Life } from '../device/lives.ts'
import type { Recorder } from './recorder.ts'
import type { ServerGate } from './server-gate.ts'

const faultNames = ['lost', 'unreachable', 'twice', 'again', 'late', 'slow', 'dripping', 'truncated', 'badGateway'] as const
type Fault = (typeof faultNames)[number]

/** The line between one device and the server. */
export interface Line {
  online: boolean
  /** Share of the requests that something happens to, 0 to 1. */
  trouble: number
}

export interface FaultLineParts {
  line: Line
  life: Life
  chance: Chance
  recorder: Recorder
  gate: ServerGate
  deviceId: string
  userId: string
  /** Keeps the refresh cookie, which the page cannot see. */
  jar: { cookie: string }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const offlineMs = 25

/** Fetch over a bad line: what the browser would do, with the faults of mobile networks in between. */
export function faultLine(parts: FaultLineParts): typeof fetch {
  return async (input, init) => {
    const path = new URL(String(input)).pathname
    await orDead(parts, parts.line.online ? null : sleep(offlineMs))
    if (!parts.line.online) throw new TypeError('fetch failed')
    const fault = parts.chance.happens(parts.line.trouble) ? parts.chance.pick(faultNames) : null
    parts.recorder.requests += 1
    if (fault) parts.recorder.faults += 1
    if (fault === 'unreachable') throw new TypeError('fetch failed')
    if (fault === 'late') await orDead(parts, sleep(parts.chance.below(60)))
    const response = await exchange(parts, { input, init, path, fault })
    await orDead(parts, fault === 'slow' ? sleep(parts.chance.below(60)) : null)
    if (path.endsWith('/live')) return fault ? breaking(response, parts.chance.below(200)) : response
    return spoil(response, fault, parts.chance)
  }
}

/** A killed app hears nothing more; what waits ends late, so that a loop of it that is left does not spin. */
async function orDead({ life }: FaultLineParts, waited: Promise<void> | null): Promise<void> {
  await waited
  if (!life.dead) return
  await sleep(1_000)
  throw new TypeError('The app was killed.')
}

interface Request {
  input: Parameters<typeof fetch>[0]
  init: RequestInit | undefined
  path: string
  fault: Fault | null
}

async function exchange(parts: FaultLineParts, { input, init, path, fault }: Request): Promise<Response> {
  const headers = new Headers(init?.headers)
  const withCookie = path.includes('/api/v1/session') && init?.credentials === 'same-origin'
  if (withCookie && parts.jar.cookie) headers.set('cookie', parts.jar.cookie)
  const isStream = path.endsWith('/live')
  const signals = [init?.signal, isStream ? parts.gate.streams : null].filter((signal) => signal != null)
  const send = () => parts.gate.pass(() => answered(parts, { path, body: init?.body }, () => fetch(input, { ...init, headers, signal: AbortSignal.any(signals) })))
  const mayRepeat = !withCookie && !isStream
  const [response] = await Promise.all(fault === 'twice' && mayRepeat ? [send(), send()] : [send()])
  if (fault === 'again' && mayRepeat) void sleep(parts.chance.below(150)).then(send).catch(() => undefined)
  const cookie = response!.headers.getSetCookie()[0]?.split(';')[0]
  if (cookie) parts.jar.cookie = cookie
  await orDead(parts, null)
  return response!
}

/** Sends and notes every byte of the answer. The stream of pokes has no documents and is left alone. */
async function answered(parts: FaultLineParts, asked: { path: string; body: unknown }, send: () => Promise<Response>): Promise<Response> {
  const { path } = asked
  const sentAt = performance.now()
  const response = await send()
  if (path.endsWith('/live')) return response
  const reply = await response.text()
  const { deviceId, userId } = parts
  const request = typeof asked.body === 'string' ? asked.body : ''
  parts.recorder.note({ deviceId, userId, path, sentAt, heardAt: performance.now(), request, status: response.status, reply })
  return new Response(response.status === 204 ? null : reply, { status: response.status, headers: response.headers })
}

async function spoil(response: Response, fault: Fault | null, chance: Chance): Promise<Response> {
  if (fault === 'lost') throw new TypeError('the answer was lost')
  if (fault === 'dripping') return dripping(response, chance)
  if (fault === 'badGateway') return new Response('<h1>502 Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
  if (fault !== 'truncated' || response.status === 204) return response
  const text = await response.text()
  return new Response(text.slice(0, chance.below(text.length)), { status: response.status, headers: response.headers })
}

/** The answer comes in a few pieces with pauses in between. */
async function dripping(response: Response, chance: Chance): Promise<Response> {
  if (response.status === 204) return response
  const bytes = new Uint8Array(await response.arrayBuffer())
  const size = Math.ceil(bytes.length / 4) || 1
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(chance.below(30))
      controller.enqueue(bytes.slice(at, (at += size)))
      if (at >= bytes.length) controller.close()
    }
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

/** The stream of pokes, reset in the middle after so many ms. */
function breaking(response: Response, afterMs: number): Response {
  if (!response.body) return response
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      setTimeout(() => {
        void reader.cancel().catch(() => undefined)
        try {
          controller.error(new TypeError('connection reset'))
        } catch {
          // It had ended already.
        }
      }, afterMs)
    },
    async pull(controller) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true as const }))
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => reader.cancel()
  })
  return new Response(body, { status: response.status, headers: response.headers })
}
