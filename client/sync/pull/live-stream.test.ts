import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { PokeEvent } from '#shared/protocol/live.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { until } from '#client/testing/field-device.ts'
import { startLiveStream, type LiveStream } from './live-stream.ts'

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) }
let stream: LiveStream
afterEach(() => stream.stop())

/** A server whose open streams a test can write to and close. */
function liveServer() {
  const open: ReadableStreamDefaultController<Uint8Array>[] = []
  const api: Pick<ApiClient, 'open'> = {
    async open(_path, init) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          open.push(controller)
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
    const { api, open, send } = liveServer()
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
    const { api, open, send } = liveServer()
    const heard = start(api)
    await until(() => open.length === 1)
    send('event: hello\ndata: {"serverTime":1,"heartbeatMs":10}\n\n: beat\n\n')
    await until(() => heard.opened === 2, 'the second stream')
    expect(open).toHaveLength(2)
  })
})
