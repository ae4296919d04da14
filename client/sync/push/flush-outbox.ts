import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pushReplySchema, type PushReply, type PushRequest } from '#shared/protocol/push.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { LockPort } from '#client/device/locks.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import type { Outbox, Settlement } from '#client/local-store/outbox.ts'
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

/**
 * Sends what is saved, in order, batch after batch, until nothing is left or the line or server stops it. One flusher per
 * device at a time: page or service worker, whoever holds the lock. Needs no replica. May be killed at any point:
 * what was sent and not settled is sent again, and the server knows it by its id.
 */
export async function flushOutbox(parts: FlushParts): Promise<FlushOutcome> {
  const run = await parts.locks.tryHold(`${parts.outbox.name}:flush`, () => sendAll(parts), parts.steal)
  return run.held ? run.result : { kind: 'busy' }
}

/**
 * While the server judges a batch the next one is read, and while it judges that one the verdicts before it are written: each
 * leaves after the reply to the one before, so the order holds. Only where the reply left nothing behind; else all is
 * written first and the queue read anew.
 */
async function sendAll(parts: FlushParts): Promise<FlushOutcome> {
  const { memory, outbox } = parts
  memory.generation ??= (await outbox.marks()).generation
  let early: Prepared | null = null
  let written = Promise.resolve()
  let taken: Promise<void> = written
  for (;;) {
    const ready: Prepared = early ?? (await prepare(parts, [], memory.count))
    const { plan, unsent } = ready
    if (plan.batch.length === 0) {
      await taken
      if (!early) return plan.waitMs === null ? { kind: 'clean' } : { kind: 'later', afterMs: plan.waitMs }
      early = null
      continue
    }
    const marked = outbox.markSent(plan.batch.map(({ seq }) => seq))
    const posted = post(parts, plan.batch, requestOf(parts, plan.batch, unsent))
    const [answer, next] = await Promise.all([posted, plan.full ? written.then(() => prepare(parts, plan.batch, grown(memory))) : null, marked])
    await taken
    early = null
    if ('outcome' in answer) {
      if (answer.outcome) return answer.outcome
      continue
    }
    const { isWhole, settlement } = await judgeReply(parts, plan.batch, answer.reply)
    written = outbox.settle(settlement)
    taken = written.then(() => parts.onSettled?.(answer.reply))
    if (isWhole) early = next
    if (early) taken.catch(() => undefined)
    else await taken
  }
}

/** How many wait, and as many of the first as were read. */
interface Prepared {
  plan: BatchPlan
  unsent: Awaited<ReturnType<Outbox['unsent']>>
}

/** Commands of the next batch, after one that came through. */
const grown = (memory: FlushMemory): number => Math.min(batchLimits.count, memory.count * 4)

/**
 * Reads as much of the queue as decides the batch and what is told of the rest: a long one is not read whole each time. `before`: on
 * their way already.
 */
async function prepare({ outbox, memory, clock }: FlushParts, before: readonly OutboxRow[], count: number): Promise<Prepared> {
  const sending = new Set(before.map(({ id }) => id))
  for (let most = sending.size + 2 * count; ; most *= 4) {
    const read = await outbox.unsent(most)
    const rows = read.rows.filter(({ id }) => !sending.has(id))
    const plan = planBatch(rows, { ...memory, count }, clock.monotonic())
    if (read.rows.length < read.count && !(plan.full && rows.length - plan.batch.length >= toldItems)) continue
    return { plan, unsent: { rows, count: read.count - sending.size } }
  }
}

/** The reply, or what else came of the request: null to go on without it. */
async function post(parts: FlushParts, batch: readonly OutboxRow[], body: PushRequest): Promise<{ reply: PushReply } | { outcome: FlushOutcome | null }> {
  try {
    return { reply: await parts.api.call({ method: 'POST', path: '/api/v1/sync/push', body, reply: pushReplySchema, timeoutMs: 60_000 }) }
  } catch (error) {
    return { outcome: await afterFailure(parts, batch, error) }
  }
}

/** A damaged row counts as unsent; more is not known of it. */
function requestOf(parts: FlushParts, batch: readonly OutboxRow[], unsent: Prepared['unsent']): PushRequest {
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

/** Verdicts whose receipts fit are settled, all in one transaction with the marks; the others stay saved and are shown. Whole: nothing is left of the batch, nor to be sent again. */
async function judgeReply({ tenantId, memory, clock }: FlushParts, batch: readonly OutboxRow[], reply: PushReply): Promise<{ settlement: Settlement; isWhole: boolean }> {
  const now = clock.monotonic()
  const verdicts: PushReply['verdicts'] = []
  const mismatched: string[] = []
  const verdictOf = new Map(reply.verdicts.map((verdict) => [verdict.id, verdict]))
  const fitting = batch.map(({ id, command }) => receiptFits(tenantId, command, { verdict: verdictOf.get(id), reply }))
  for (const [at, fits] of (await Promise.all(fitting)).entries()) {
    const { id } = batch[at]!
    const verdict = verdictOf.get(id)
    if (!verdict || verdict.verdict === 'retry') {
      memory.notBefore.set(id, now + (verdict?.afterMs ?? defaultRetryMs))
      if (verdict?.waitsFor) verdicts.push(verdict)
      continue
    }
    memory.notBefore.delete(id)
    if (fits) verdicts.push(verdict)
    else mismatched.push(id)
  }
  const { serverTime, generation, durableTo } = reply
  const isWhole = generation === (memory.generation ?? generation) && batch.every(({ id }) => !memory.notBefore.has(id)) && mismatched.length === 0
  memory.generation = generation
  memory.count = grown(memory)
  return { settlement: { verdicts, mismatched, serverTime, generation, durableTo }, isWhole }
}

async function afterFailure(
  parts: FlushParts,
  batch: readonly OutboxRow[],
  error: unknown
): Promise<FlushOutcome | null> {
  parts.memory.count = Math.min(parts.memory.count, batchLimits.first)
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
