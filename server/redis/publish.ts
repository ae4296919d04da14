import { Redis } from 'ioredis'
import type { RedisConnections } from './connections.ts'

export type MessageHandler = (message: unknown, channel: string) => void

/** Messages between processes. They may be lost: whoever listens must be able to find out the truth from Postgres. */
export interface PubSub {
  /** Sends to every subscriber of every process. Resolves to false when Redis is away; never throws. */
  publish(channel: string, message: unknown): Promise<boolean>
  /** `pattern` as in PSUBSCRIBE, `*` for any text. Holds over breaks of the connection. Returns the way to stop. */
  subscribe(pattern: string, handler: MessageHandler): () => void
  /** Tells each change between up and down, and at once how it is now. After 'up' again, messages may have been missed. */
  onState(listener: (up: boolean) => void): () => void
  readonly up: boolean
}

/** Channels carry the number of the Redis database, since Redis itself does not divide them by it. */
const prefixOf = (redis: Redis): string => `sampark:${redis.options.db ?? 0}:`

/** For a program that runs once: only publishes. While Redis is away nothing is sent, and nobody waits. */
export async function openPublisher(url: string): Promise<Pick<PubSub, 'publish'> & { close(): void }> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 3_000, retryStrategy: () => null, enableOfflineQueue: false })
  redis.on('error', () => undefined)
  await redis.connect().catch(() => undefined)
  return {
    publish: (channel, message) => send(redis, prefixOf(redis) + channel, message),
    close: () => redis.disconnect()
  }
}

export function createPubSub(connections: RedisConnections): PubSub {
  const subscriber = connections.open('subscriber')
  const prefix = prefixOf(subscriber)
  const handlers = new Map<string, Set<MessageHandler>>()
  const watchers = watchState(subscriber)
  subscriber.on('pmessage', (pattern: string, channel: string, text: string) => {
    const message = readJson(text)
    if (message === undefined) return
    for (const handler of handlers.get(pattern.slice(prefix.length)) ?? []) handler(message, channel.slice(prefix.length))
  })
  return {
    publish: (channel, message) => send(connections.commands, prefix + channel, message),
    subscribe(pattern, handler) {
      const known = handlers.get(pattern)
      if (known) known.add(handler)
      else {
        handlers.set(pattern, new Set([handler]))
        subscriber.psubscribe(prefix + pattern).catch(() => undefined)
      }
      return () => {
        const rest = handlers.get(pattern)
        rest?.delete(handler)
        if (rest?.size !== 0) return
        handlers.delete(pattern)
        subscriber.punsubscribe(prefix + pattern).catch(() => undefined)
      }
    },
    onState: watchers.watch,
    get up() {
      return subscriber.status === 'ready'
    }
  }
}

async function send(redis: Redis, channel: string, message: unknown): Promise<boolean> {
  try {
    await redis.publish(channel, JSON.stringify(message))
    return true
  } catch {
    return false
  }
}

function watchState(subscriber: Redis) {
  const listeners = new Set<(up: boolean) => void>()
  let up = false
  const tell = (now: boolean) => {
    if (now === up) return
    up = now
    for (const listener of listeners) listener(up)
  }
  subscriber.on('ready', () => tell(true))
  subscriber.on('close', () => tell(false))
  return {
    watch(listener: (up: boolean) => void): () => void {
      listeners.add(listener)
      listener(up)
      return () => listeners.delete(listener)
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
