import { byeEventSchema, helloEventSchema, pokeEventSchema, type PokeEvent } from '#shared/protocol/live.ts'
import type { RandomSource } from '#client/device/random.ts'
import { stopped, type ApiClient } from '#client/http/api-client.ts'
import { backoffMs, createWaker } from '../backoff.ts'
import { readEventStream, type StreamEvent } from './event-stream.ts'

export interface LiveStreamParts {
  api: ApiClient
  random: RandomSource
  /** Something changed: read these collections up to the position. */
  onPoke(poke: PokeEvent): void
  /** The server's hello has come through, perhaps after a gap in which pokes were lost: read everything. */
  onOpen(): void
  /** The person's rights or territory changed: ask who he is now, then read everything. */
  onScopeChanged(): Promise<void>
}

export interface LiveStream {
  /** Connect now instead of after the pause. */
  wake(): void
  isOpen(): boolean
  stop(): Promise<void>
}

type Ending = 'token_expired' | 'revoked' | 'scope_changed' | 'draining' | 'broken' | 'refused'

const defaultHeartbeatMs = 20_000

/**
 * One stream of pokes per device, opened again with growing jittered pauses. Silence longer than two and a half
 * heartbeats counts as a broken line: radios of phones die without telling, and some proxies hold everything back.
 */
export function startLiveStream(parts: LiveStreamParts): LiveStream {
  const waker = createWaker()
  let current: AbortController | null = null
  let stopping = false
  let open = false
  let failures = 0

  async function pauseAfter(ending: Ending): Promise<number> {
    if (ending === 'scope_changed') await parts.onScopeChanged().catch(() => undefined)
    if (ending === 'token_expired' || ending === 'scope_changed') return 0
    if (ending === 'draining') return backoffMs(1, parts.random, { base: 1_000, cap: 2_000, floor: 200 })
    failures += 1
    const base = ending === 'revoked' || ending === 'refused' ? 30_000 : 1_000
    return backoffMs(failures, parts.random, { base, cap: 60_000, floor: 250 })
  }

  async function run(): Promise<void> {
    while (!stopping) {
      current = new AbortController()
      const ending = await connect(parts, current, () => {
        open = true
        failures = 0
      })
      open = false
      const pause = stopping ? 0 : await pauseAfter(ending)
      if (!stopping && pause > 0) await waker.wait(pause)
    }
  }

  const running = run()
  return {
    wake: () => (open ? undefined : waker.wake()),
    isOpen: () => open,
    async stop() {
      stopping = true
      current?.abort(stopped)
      waker.wake()
      await running
    }
  }
}

async function connect(parts: LiveStreamParts, abort: AbortController, onOpen: () => void): Promise<Ending> {
  let ending: Ending = 'broken'
  let heartbeatMs = defaultHeartbeatMs
  let watchdog: ReturnType<typeof setTimeout> | undefined
  const alive = (): void => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => abort.abort(), heartbeatMs * 2.5)
  }
  alive()
  try {
    const headers = { accept: 'text/event-stream' }
    const response = await parts.api.open('/api/v1/sync/live', { headers, signal: abort.signal })
    if (!response.ok || !response.body) return 'refused'
    await readEventStream(response.body, {
      bytes: alive,
      event(event) {
        const known = readEvent(event)
        if (known?.kind === 'hello') {
          heartbeatMs = known.heartbeatMs
          alive()
          onOpen()
          parts.onOpen()
        }
        if (known?.kind === 'poke') parts.onPoke(known.poke)
        if (known?.kind === 'bye') ending = known.reason
      }
    })
  } catch {
    ending = ending === 'broken' ? 'broken' : ending
  } finally {
    clearTimeout(watchdog)
    abort.abort(stopped)
  }
  return ending
}

type KnownEvent =
  | { kind: 'hello'; heartbeatMs: number }
  | { kind: 'poke'; poke: PokeEvent }
  | { kind: 'bye'; reason: Exclude<Ending, 'broken' | 'refused'> }

/** Events of a newer server that this version does not know are passed over. */
function readEvent({ event, data }: StreamEvent): KnownEvent | null {
  const value = parseJson(data)
  if (event === 'hello') {
    const hello = helloEventSchema.safeParse(value)
    return hello.success ? { kind: 'hello', heartbeatMs: hello.data.heartbeatMs } : null
  }
  if (event === 'poke') {
    const poke = pokeEventSchema.safeParse(value)
    return poke.success ? { kind: 'poke', poke: poke.data } : null
  }
  const bye = byeEventSchema.safeParse(value)
  return event === 'bye' && bye.success ? { kind: 'bye', reason: bye.data.reason } : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
