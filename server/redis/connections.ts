import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../http/request-context.ts'

/**
 * `producer`: fails at once while Redis is away, so that no request hangs on it. `worker`: waits for ever, as BullMQ
 * workers need. `subscriber`: waits, and subscribes again by itself after a break.
 */
export type ConnectionKind = 'producer' | 'worker' | 'subscriber'

export interface RedisConnections {
  /** The one shared connection for commands; a `producer`. */
  readonly commands: Redis
  /** A connection of its own, closed with the others. */
  open(kind: ConnectionKind): Redis
  /** Whether the shared connection can take a command now. */
  readonly up: boolean
  close(): Promise<void>
}

const optionsOf: Readonly<Record<ConnectionKind, RedisOptions>> = {
  producer: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 3_000 },
  worker: { maxRetriesPerRequest: null },
  subscriber: { maxRetriesPerRequest: null, autoResubscribe: true }
}

/** Redis is never the only copy of a fact: each caller must have an answer for the time it is away. */
export function createRedisConnections(url: string, log: Log): RedisConnections {
  const all: Redis[] = []
  const open = (kind: ConnectionKind): Redis => {
    const connection = new Redis(url, { ...optionsOf[kind], connectTimeout: 3_000, retryStrategy: retryDelay })
    connection.on('error', onceUntilReady(connection, log))
    all.push(connection)
    return connection
  }
  const commands = open('producer')
  return {
    commands,
    open,
    get up() {
      return commands.status === 'ready'
    },
    async close() {
      await Promise.all(all.map(closeOne))
    }
  }
}

function retryDelay(attempt: number): number {
  return Math.min(2_000, 50 * 2 ** Math.min(attempt, 6))
}

/** One line per outage: a client that cannot connect reports each attempt. */
function onceUntilReady(connection: Redis, log: Log): (error: Error) => void {
  let told = false
  connection.on('ready', () => (told = false))
  return (error) => {
    if (!told) log.warn({ error: (error as { code?: string }).code ?? error.name }, 'redis is away')
    told = true
  }
}

async function closeOne(connection: Redis): Promise<void> {
  if (connection.status === 'ready') await connection.quit().catch(() => connection.disconnect())
  else connection.disconnect()
}
