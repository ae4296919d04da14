import { randomInt } from 'node:crypto'
import { Worker } from 'bullmq'
import type { Database, Tx } from '../postgres/transaction.ts'
import type { SendOutcome } from '../ports/send-outcome.ts'
import type { RedisConnections } from '../redis/connections.ts'
import { backoffMs, type BackoffRule } from './backoff.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { beginAttempt, endAttempt, lockTurn, postpone, settle } from './outbox-claim.ts'
import type { OutboxHandler, OutboxRow, Prepared, SettledMessage } from './outbox-message.ts'
import { queueKinds, queueName, queuePrefix, type QueuedMessage } from './queues.ts'

export interface SendDeps {
  readonly database: Database
  readonly handler: OutboxHandler
  readonly breaker: CircuitBreaker
  readonly backoff: BackoffRule
  /** Told once for each message that came to an end. */
  onSettled(message: SettledMessage): void
}

type After = (() => void) | null
type Claim = { row: OutboxRow; call: Extract<Prepared, { kind: 'send' }> } | { after: After }

const random = () => randomInt(2 ** 32) / 2 ** 32

/**
 * Sends one message, if its turn is still this one. First a transaction takes it and writes down the attempt; only then
 * the provider is called; a second transaction writes what came of it. A process that dies in between leaves a
 * message that is `sending`, and never one that is sent twice.
 */
export async function sendMessage(deps: SendDeps, message: QueuedMessage): Promise<void> {
  const claim = await deps.database.withTenant({ tenantId: message.tenantId }, (tx) => claimMessage(tx, deps, message))
  if ('after' in claim) {
    claim.after?.()
    return
  }
  const outcome = await claim.call.send()
  deps.breaker.tell(claim.call.provider, outcome)
  const after = await insist(() =>
    deps.database.withTenant({ tenantId: message.tenantId }, (tx) =>
      writeOutcome(tx, deps, { row: claim.row, outcome })
    )
  )
  after?.()
}

async function claimMessage(tx: Tx, deps: SendDeps, { id, turn }: QueuedMessage): Promise<Claim> {
  const row = await lockTurn(tx, id, turn)
  if (!row) return { after: null }
  if (row.expired) return { after: await end(tx, deps, { ...row, status: 'cancelled', error: 'expired' }) }
  const prepared = await deps.handler.prepare(tx, row)
  if (prepared.kind === 'end')
    return { after: await end(tx, deps, { ...row, status: prepared.status, error: prepared.error }) }
  const waitMs = deps.breaker.waitMs(prepared.provider)
  if (waitMs > 0) {
    await postpone(tx, row, { afterMs: waitMs * (1 + random() / 2), error: 'provider_failed' })
    return { after: null }
  }
  return { row: await beginAttempt(tx, row, prepared.provider), call: prepared }
}

async function writeOutcome(
  tx: Tx,
  deps: SendDeps,
  { row, outcome }: { row: OutboxRow; outcome: SendOutcome }
): Promise<After> {
  await endAttempt(tx, row, outcome)
  if (outcome.kind === 'accepted')
    return end(tx, deps, { ...row, status: 'sent', error: null, providerRef: outcome.providerRef })
  if (outcome.kind === 'permanent') return end(tx, deps, { ...row, status: 'failed', error: outcome.error })
  const mayTryAgain = outcome.kind === 'retry' || deps.handler.mayRepeat(row.channel)
  if (!mayTryAgain) return end(tx, deps, { ...row, status: 'unknown', error: outcome.error })
  if (row.attempt >= row.attemptLimit) return end(tx, deps, { ...row, status: 'failed', error: outcome.error })
  const askedMs = outcome.kind === 'retry' ? outcome.afterMs : undefined
  await postpone(tx, row, {
    afterMs: backoffMs(deps.backoff, row.attempt, { random: random(), askedMs }),
    error: outcome.error
  })
  return null
}

async function end(tx: Tx, deps: SendDeps, message: SettledMessage & { providerRef?: string | null }): Promise<After> {
  if (!(await settle(tx, message, message))) return null
  const after = await deps.handler.settled(tx, message)
  return () => {
    deps.onSettled(message)
    after?.()
  }
}

/** What a provider said must not be lost to a short break of the database: it would leave the message unclear. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (const waitMs of [100, 500, 2_000]) {
    try {
      return await work()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  return work()
}

const concurrency = { otp: 10, transactional: 10, campaign: 4 } as const

/** How long running calls may take when the process stops, in milliseconds. */
const stopMs = 20_000

/** Starts the workers of every queue. The returned function takes no new message and waits for the running calls. */
export function startWorkers(redis: RedisConnections, deps: SendDeps): () => Promise<void> {
  const connection = redis.open('worker')
  const workers = queueKinds.map((kind) => {
    const worker = new Worker<QueuedMessage>(queueName(kind), (job) => sendMessage(deps, job.data), {
      connection,
      prefix: queuePrefix,
      concurrency: concurrency[kind.class],
      // Deploys must not use up a job: the row in Postgres decides what a second run may do.
      maxStalledCount: 20,
      lockDuration: 60_000
    })
    worker.on('error', () => undefined) // the connection itself reports that Redis is away; rows are relayed again
    return worker
  })
  return async () => {
    const closed = Promise.all(workers.map((worker) => worker.close()))
    const deadline = new Promise((resolve) => setTimeout(resolve, stopMs).unref())
    await Promise.race([closed, deadline])
  }
}
