import type { Command } from '#shared/protocol/command.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { TestSession } from './start-test-server.ts'

/** Sends commands once; throws when the answer is not an acknowledgement. */
export async function pushOnce(session: TestSession, commands: readonly Command[]): Promise<PushReply> {
  const response = await session.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands,
    deviceTime: Date.now()
  })
  if (response.status !== 200) throw new Error(`push answered ${response.status}`)
  return (await response.json()) as PushReply
}

/** Sends commands as a device does: the same ids again and again until they are acknowledged. Counts the attempts that failed. */
export async function pushUntilTaken(
  session: TestSession,
  commands: readonly Command[]
): Promise<{ reply: PushReply; failed: number }> {
  for (let failed = 0; failed < 200; failed += 1) {
    const reply = await pushOnce(session, commands).catch(() => null)
    if (reply?.verdicts.every(({ verdict }) => verdict !== 'retry')) return { reply, failed }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('200 attempts were not acknowledged')
}

export interface LiveEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

export interface LiveStream {
  /** The next event of that name; earlier ones of other names are skipped. Rejects when the stream ends first. */
  next(event: string): Promise<LiveEvent>
  close(): void
}

/** Opens the stream of pokes at `url`. Resolves at its headers. */
export async function openLive(url: string, session: TestSession): Promise<LiveStream> {
  const stop = new AbortController()
  const response = await fetch(`${url}/api/v1/sync/live`, {
    headers: {
      Authorization: `Bearer ${session.reply.accessToken}`,
      Accept: 'text/event-stream',
      'Accept-Encoding': 'gzip'
    },
    signal: stop.signal
  })
  if (response.status !== 200 || !response.body) throw new Error(`the stream answered ${response.status}`)
  const events = readEvents(response.body)
  return {
    async next(event) {
      for (;;) {
        const { value, done } = await events.next()
        if (done) throw new Error(`the stream ended before "${event}"`)
        if (value.event === event) return value
      }
    },
    close: () => stop.abort()
  }
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? []
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as Record<string, unknown> }
    }
  }
}
