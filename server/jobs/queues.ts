import { Queue } from 'bullmq'
import { messageChannels, messageClasses, type MessageChannel, type MessageClass } from '#shared/messaging/message.ts'
import type { RedisConnections } from '../redis/connections.ts'

/** What travels through Redis: ids, never an address or a text. */
export interface QueuedMessage {
  tenantId: string
  id: string
  turn: number
}

export interface RelayedMessage extends QueuedMessage {
  class: MessageClass
  channel: MessageChannel
}

/** Begins every key of BullMQ; Redis databases keep installations apart. */
export const queuePrefix = 'sampark'

export const queueKinds = messageClasses.flatMap((kind) => messageChannels.map((channel) => ({ class: kind, channel })))

/** A queue for each channel and class: what is urgent never waits behind what is many. */
export function queueName(kind: { class: MessageClass; channel: MessageChannel }): string {
  return `outbox-${kind.channel}-${kind.class}`
}

export interface OutboxQueues {
  /** Adds messages, one job per message and turn: adding one again while it waits changes nothing. Throws while Redis is away. */
  add(messages: readonly RelayedMessage[]): Promise<void>
  /** Messages waiting in Redis. */
  depth(): Promise<number>
  close(): Promise<void>
}

export function createQueues(redis: RedisConnections): OutboxQueues {
  const connection = redis.open('producer')
  const names = queueKinds.map(queueName)
  const queues = new Map(
    names.map((name) => [name, new Queue<QueuedMessage>(name, { connection, prefix: queuePrefix })])
  )
  for (const queue of queues.values()) queue.on('error', () => undefined) // the connection itself reports that Redis is away
  return {
    async add(messages) {
      for (const [name, queue] of queues) {
        const jobs = messages.filter((message) => queueName(message) === name).map(jobOf)
        if (jobs.length > 0) await queue.addBulk(jobs)
      }
    },
    async depth() {
      const counts = await Promise.all([...queues.values()].map((queue) => queue.getWaitingCount()))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close().catch(() => undefined)))
    }
  }
}

/** Attempts are counted in Postgres: a job runs once and leaves nothing behind. */
function jobOf({ tenantId, id, turn }: RelayedMessage) {
  return {
    name: 'send',
    data: { tenantId, id, turn },
    opts: { jobId: `${id}-${turn}`, attempts: 1, removeOnComplete: true, removeOnFail: true }
  }
}
