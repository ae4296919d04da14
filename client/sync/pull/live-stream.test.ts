import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { PokeEvent } from '#shared/protocol/live.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { until } from '#client/testing/field-device.ts'
import { startLiveStream, type LiveStream } from './live-stream.ts'

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) }
let stream: LiveStream
afterEach(async () => {
  vi.useRealTimers()
  await stream.stop()
})

const hello = 'event: hello\ndata: {"serverTime":1,"heartbeatMs":20000}\n\n'

/** A server whose open streams a test can write to and close; it says hello unless something on the way holds all back. */
function liveServer({ heldBack = false } = {}) {
  const open: ReadableStreamDefaultController<Uint8Array>[] = []
  const api: Pick<ApiClient, 'open'> = {
    async open(_path, init) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          open.push(controller)
          if (!heldBack) controller.enqueue(new TextEncoder().encode(hello))
          init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
        }
      })
      return new Response(body)
    }
  }
  const send = (text: string) => open.at(-1)?.enqueue(new TextEncoder().encode(text))
  return { api: api as ApiClient, open, send }
}

function start(api: ApiClient) {
  const heard = { pokes: [] as PokeEvent[], opened: 0, scopes: 0 }
  stream = startLiveStream({
    api,
    random,
    onPoke: (poke) => heard.pokes.push(poke),
    onOpen: () => (heard.opened += 1),
    onScopeChanged: async () => void (heard.scopes += 1)
  })
  return heard
}

const poke = (position: string) => `event: poke\ndata: ${JSON.stringify({ collections: ['cases'], position })}\n\n`

describe('startLiveStream', () => {
  it('hears pokes, however the line cuts them up, and passes over what it does not know', async () => {
    const { api, open, send } = liveServer({ heldBack: true })
    const heard = start(api)
    await until(() => open.length === 1)
    const text = `event: hello\ndata: {"serverTime":1,"heartbeatMs":20000}\n\n: still here\n\nevent: from-the-future\ndata: 1\n\n${poke('7')}${poke('8')}`
    for (const letter of text) send(letter)
    await until(() => heard.pokes.length === 2)
    expect(heard.pokes.map(({ position }) => position)).toEqual(['7', '8'])
  })

  it('opens again at once when the token ended or the territory changed, and asks who one is now', async () => {
    const { api, open, send } = liveServer()
    const heard = start(api)
    await until(() => open.length === 1)
    send('event: bye\ndata: {"reason":"token_expired"}\n\n')
    open[0]?.close()
    await until(() => heard.opened === 2)
    expect(heard.scopes).toBe(0)
    send('event: bye\ndata: {"reason":"scope_changed"}\n\n')
    open[1]?.close()
    await until(() => heard.opened === 3)
    expect(heard.scopes).toBe(1)
  })

  it('takes a silent line for a broken one and opens a new stream, after which everything is read', async () => {
    const { api, open, send } = liveServer({ heldBack: true })
    const heard = start(api)
    await until(() => open.length === 1)
    send('event: hello\ndata: {"serverTime":1,"heartbeatMs":10}\n\n: beat\n\n')
    await until(() => open.length === 2, 'the second stream')
    send(hello)
    await until(() => heard.opened === 2, 'its hello')
  })

  it('does not count as open behind a proxy that holds everything back, and tries again', async () => {
    vi.useFakeTimers()
    const { api, open } = liveServer({ heldBack: true })
    const heard = start(api)
    await vi.advanceTimersByTimeAsync(10_000)
    expect([stream.isOpen(), heard.opened, open.length]).toEqual([false, 0, 1])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(open.length).toBeGreaterThan(1)
  })

  it('comes back at another moment than other phones that lost the same server', async () => {
    vi.useFakeTimers()
    const pauses: number[] = []
    for (const byte of [0, 64, 128, 255]) {
      const { api, open } = liveServer()
      const one = startLiveStream({
        api,
        random: { bytes: (count) => new Uint8Array(count).fill(byte) },
        onPoke: () => undefined,
        onOpen: () => undefined,
        onScopeChanged: async () => undefined
      })
      await vi.advanceTimersByTimeAsync(1)
      open[0]?.error(new Error('connection reset'))
      const lost = Date.now()
      while (open.length < 2) await vi.advanceTimersByTimeAsync(10)
      pauses.push(Date.now() - lost)
      stream = one
      await one.stop()
    }
    expect(new Set(pauses).size).toBe(4)
    expect(pauses[0]).toBeGreaterThanOrEqual(250)
    expect(pauses[3]! - pauses[0]!).toBeGreaterThan(1_000)
  })
})
