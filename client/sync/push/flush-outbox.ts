import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pushReplySchema, type PushReply, type PushRequest } from '#shared/protocol/push.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { LockPort } from '#client/device/locks.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import { isDamaged } from '#client/local-store/sealed-outbox/damaged-row.ts'
import { batchLimits, planBatch, type BatchPlan, type FlushMemory } from './push-batch.ts'
import { receiptFits } from './receipt-check.ts'

export interface FlushParts {
  outbox: Outbox
  api: ApiClient
  locks: LockPort
  clock: DeviceClock
  tenantId: string
  /** Name and version of the app, at most 40 characters. */
  app: string
  memory: FlushMemory
  /** Whoever else sends is taken for frozen. */
  steal?: boolean
  /** After each batch whose verdicts are in the outbox; the page brings them into the replica. */
  onSettled?(reply: PushReply): void | Promise<void>
}

/**
 * clean: nothing is left that may go by itself. later: the rest may go after so many ms. busy: another page or worker
 * sends. offline, refused: no answer, or an answer that is no reply. ended: someone must log in.
 */
export type FlushOutcome =
  | { kind: 'clean' | 'busy' | 'offline' | 'ended' }
  | { kind: 'later'; afterMs: number }
  | { kind: 'refused'; status: number; retryAfterMs: number | null }

/** Waits before a command that the server itself could not judge is sent again, when it names none. */
const defaultRetryMs = 5_000
const brokenCommandMs = 60_000
/** Of what waits longer the office is told this many. */
const toldItems = 50

/** How many wait, and as many of the first as were read. */
type Unsent = Awaited<ReturnType<Outbox['unsent']>>

/**
 * Sends what is saved, in order, batch after batch, until nothing is left or the line or server stops it. One flusher per
 * device at a time: page or service worker, whoever holds the lock. Needs no replica. May be killed at any point:
 * what was sent and not settled is sent again, and the server knows it by its id.
 */
export async function flushOutbox(parts: FlushParts): Promise<FlushOutcome> {
  const run = await parts.locks.tryHold(`${parts.outbox.name}:flush`, () => sendAll(parts), parts.steal)
  return run.held ? run.result : { kind: 'busy' }
}

async function sendAll(parts: FlushParts): Promise<FlushOutcome> {
  for (;;) {
    const { plan, unsent } = await nextBatch(parts)
    if (plan.batch.length === 0)
      return plan.waitMs === null ? { kind: 'clean' } : { kind: 'later', afterMs: plan.waitMs }
    const stop = await sendBatch(parts, plan.batch, unsent)
    if (stop) return stop
  }
}

/** Reads as much of the queue as decides the batch and what is told of the rest: a long one is not read whole each time. */
async function nextBatch({ outbox, memory, clock }: FlushParts): Promise<{ plan: BatchPlan; unsent: Unsent }> {
  for (let most = 2 * batchLimits.count; ; most *= 4) {
    const unsent = await outbox.unsent(most)
    const plan = planBatch(unsent.rows, memory, clock.monotonic())
    const left = unsent.rows.length - plan.batch.length
    if (unsent.rows.length >= unsent.count || (plan.full && left >= toldItems)) return { plan, unsent }
  }
}

async function sendBatch(parts: FlushParts, batch: readonly OutboxRow[], unsent: Unsent): Promise<FlushOutcome | null> {
  await parts.outbox.markSent(batch.map((row) => row.seq))
  let reply: PushReply
  try {
    const body = requestOf(parts, batch, unsent)
    reply = await parts.api.call({
      method: 'POST',
      path: '/api/v1/sync/push',
      body,
      reply: pushReplySchema,
      timeoutMs: 60_000
    })
  } catch (error) {
    return afterFailure(parts, batch, error)
  }
  await takeReply(parts, batch, reply)
  return null
}

/** A damaged row counts as unsent; more is not known of it. */
function requestOf(parts: FlushParts, batch: readonly OutboxRow[], unsent: Unsent): PushRequest {
  const sending = new Set(batch.map((row) => row.id))
  const left = unsent.rows.filter((row) => !sending.has(row.id) && !isDamaged(row))
  return {
    protocol: protocolVersion,
    app: parts.app,
    commands: batch.map((row) => row.command),
    deviceTime: parts.clock.now(),
    unsent: {
      count: unsent.count - batch.length,
      oldestAt: left[0]?.command.at ?? null,
      items: left.slice(0, toldItems).map(({ command: { name, at }, subject }) => ({ name, type: subject?.type ?? null, at }))
    }
  }
}

/** Verdicts whose receipts fit are settled, all in one transaction with the marks; the others stay saved and are shown. */
async function takeReply(parts: FlushParts, batch: readonly OutboxRow[], reply: PushReply): Promise<void> {
  const now = parts.clock.monotonic()
  const verdicts: PushReply['verdicts'] = []
  const mismatched: string[] = []
  const verdictOf = new Map(reply.verdicts.map((verdict) => [verdict.id, verdict]))
  for (const row of batch) {
    const verdict = verdictOf.get(row.id)
    if (!verdict || verdict.verdict === 'retry') {
      parts.memory.notBefore.set(row.id, now + (verdict?.afterMs ?? defaultRetryMs))
      if (verdict?.waitsFor) verdicts.push(verdict)
      continue
    }
    parts.memory.notBefore.delete(row.id)
    if (await receiptFits(parts.tenantId, row.command, { verdict, reply })) verdicts.push(verdict)
    else mismatched.push(row.id)
  }
  const { serverTime, generation, durableTo } = reply
  await parts.outbox.settle({ verdicts, mismatched, serverTime, generation, durableTo })
  parts.memory.count = Math.min(100, parts.memory.count * 2)
  await parts.onSettled?.(reply)
}

async function afterFailure(
  parts: FlushParts,
  batch: readonly OutboxRow[],
  error: unknown
): Promise<FlushOutcome | null> {
  if (error instanceof OfflineError) return { kind: 'offline' }
  if (!(error instanceof ApiError)) return { kind: 'refused', status: 0, retryAfterMs: null }
  const { status, retryAfterMs } = error
  if (status === 401 || status === 403) return { kind: 'ended' }
  const unreadable = status === 400 || status === 413 || status === 422
  if (!unreadable && status !== 500) return { kind: 'refused', status, retryAfterMs }
  if (batch.length > 1) {
    parts.memory.count = Math.ceil(batch.length / 2)
    return unreadable ? null : { kind: 'refused', status, retryAfterMs }
  }
  const [only] = batch
  if (only && unreadable) await parts.outbox.setAside(only.id, { kind: 'refused', status })
  else if (only) parts.memory.notBefore.set(only.id, parts.clock.monotonic() + (retryAfterMs ?? brokenCommandMs))
  return unreadable ? null : { kind: 'refused', status, retryAfterMs }
}
