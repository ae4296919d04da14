/** One server-sent event: its name and its data. */
export interface StreamEvent {
  event: string
  data: string
}

/**
 * Reads server-sent events (WHATWG HTML, 9.2) from the body of a fetch, so that the token can travel in a header. Calls
 * `onBytes` for whatever arrives, heartbeat comments included. Ends when the body ends; throws when the line breaks.
 */
export async function readEventStream(
  body: ReadableStream<Uint8Array>,
  on: { event(event: StreamEvent): void; bytes(): void }
): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    on.bytes()
    text += decoder.decode(value, { stream: true })
    const blocks = text.split(/\r?\n\r?\n/)
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (event) on.event(event)
    }
  }
}

function eventOf(block: string): StreamEvent | null {
  const data: string[] = []
  let event = 'message'
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(event|data): ?(.*)$/.exec(line) ?? []
    if (name === 'event') event = value ?? ''
    if (name === 'data') data.push(value ?? '')
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null
}
