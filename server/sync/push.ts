import type { Actor } from '#shared/identity/actor.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'
import type { ReceiptBatch, Verdict } from '#shared/protocol/push.ts'
import { parseCommand } from '#shared/protocol/run-command.ts'
import { trySavepoint, type Database, type Tx } from '../postgres/transaction.ts'
import { noteDevice, type DeviceReport } from './device-report.ts'
import { recordAnnouncement, type Announcement } from './announce-records.ts'
import { recallCommands, receiptBatches } from './judging/command-log.ts'
import { feedState, type FeedState } from './feed/feed-origin.ts'
import { holdCommands } from './held/held-store.ts'
import { judgeBatch } from './judging/judge-batch.ts'
import type { ReceiptSigner } from './receipt-signer.ts'
import type { SyncRegistry } from './registry.ts'
import { sightOf, type Sight } from './sight.ts'
import { storedState } from './judging/stored-state.ts'
import { tenantRules } from './judging/tenant-rules.ts'
import { verdictOf, verdictOfFailure } from './judging/verdicts.ts'
import { writeBatch, type LoggedCommand } from './judging/write-batch.ts'

export interface ExecutorDeps {
  database: Database
  registry: SyncRegistry
  signer: ReceiptSigner
  clock: { now(): number }
  newId(): string
  /** Days a device keeps commands after their receipt where no backup mark is configured. */
  keepDays: number
  /** Tells other processes and open streams, after the commit. May lose the message: polls cover it. */
  announce(change: Announcement): void
}

export interface Execution {
  verdicts: Verdict[]
  batches: ReceiptBatch[]
  feed: FeedState
}

export interface ExecuteRequest {
  actor: Actor
  commands: readonly Command[]
  requestId: string | null
  /** False where nobody may wait any longer: a missing record is a refusal. */
  mayHold?: boolean
  /** The office refuses them, whatever the rules would say: they end in an issue with their content, like any refusal. */
  refused?: boolean
  /** What the device says of itself, kept with whatever becomes of its commands. */
  report?: DeviceReport
}

/** The one door to every change: the phone's push, the portal's form, the office's button all end here. */
export interface CommandExecutor {
  execute(request: ExecuteRequest): Promise<Execution>
}

interface Attempt {
  logged: LoggedCommand[]
  receipts: ReceiptBatch[]
  failures: Verdict[]
}

/**
 * Judges and writes a batch in one transaction, as sets. If the set fails, nothing of it stands, and the batch is done
 * again command by command behind savepoints, so that one bad command never blocks the others. Replaying any command
 * answers with its first verdict and the stored state, and changes nothing.
 */
export function createExecutor(deps: ExecutorDeps): CommandExecutor {
  return {
    async execute(request) {
      const who = { tenantId: request.actor.tenantId, actorId: request.actor.userId }
      const commands = firstOfEachId(request.commands)
      const run = (judge: Judge) => deps.database.withTenant(who, (tx) => attempt(tx, deps, { ...request, commands, judge }), { keyed: true })
      const outcome = await run(judgeAsSet).catch(() => run(judgeOneByOne))
      if (outcome.change) deps.announce(outcome.change)
      return outcome.execution
    }
  }
}

type Judge = (tx: Tx, deps: ExecutorDeps, input: ExecuteRequest & Moment) => Promise<Attempt>

interface Moment {
  sight: Sight
  rules: TenantRules
  now: number
  position: string
}

async function attempt(tx: Tx, deps: ExecutorDeps, { judge, ...request }: ExecuteRequest & { judge: Judge }) {
  const { actor, commands } = request
  const [, known, rules, feed, sight, position] = await Promise.all([
    inTurn(tx, actor),
    recallCommands(tx, commands.map((command) => command.id)),
    tenantRules(tx),
    feedState(tx, deps.keepDays),
    sightOf(tx, actor),
    positionOf(tx),
    request.report && noteDevice(tx, actor, { ...request.report, at: deps.clock.now() })
  ])
  const fresh = commands.filter((command) => !known.has(command.id))
  const result: Attempt =
    fresh.length > 0
      ? await judge(tx, deps, { ...request, actor: sight.actor, sight, commands: fresh, rules, position, now: deps.clock.now() })
      : { logged: [], receipts: [], failures: [] }
  const logged = new Map([...known, ...result.logged.map((entry) => [entry.id, entry] as const)])
  const [stored, earlier, change] = await Promise.all([
    storedState(tx, sight, [...logged.values()].flatMap((entry) => entry.touched)),
    receiptBatches(tx, [...new Set([...known.values()].map((entry) => entry.batchId))]),
    announcementOf(tx, result.logged)
  ])
  const failures = new Map(result.failures.map((verdict) => [verdict.id, verdict]))
  const verdicts = commands.map((command) => {
    const entry = logged.get(command.id)
    return entry ? verdictOf(entry, { stored, again: known.has(command.id), sight }) : (failures.get(command.id) as Verdict)
  })
  return { execution: { verdicts, batches: [...earlier, ...result.receipts], feed }, change }
}

/**
 * One batch of a device after the other, and none while its author's rights are being taken away: what it is told is what he may see until the
 * batch is done. First in its transaction.
 */
function inTurn(tx: Tx, { userId, deviceId }: Actor): Promise<unknown> {
  return Promise.all([
    userId ? tx.query('select hold_rights($1)', [userId]) : null,
    deviceId ? tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [deviceId]) : null
  ])
}

async function positionOf(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ position: string }>('select pg_current_xact_id()::text as position', [])
  return rows[0]?.position ?? '0'
}

const judgeAsSet: Judge = async (tx, deps, input) => {
  const { judgements, held } = await judgeBatch(tx, { ...input, mayHold: input.mayHold ?? true, refused: input.refused ?? false, registry: deps.registry })
  const failures = await holdCommands(tx, held, input)
  if (judgements.length === 0) return { logged: [], receipts: [], failures }
  const { logged, receipts } = await writeBatch(tx, judgements, { ...deps, ...input })
  return { logged, receipts: [receipts], failures }
}

/** The records a command makes, and the one it is about: what a later command may have to wait for. Reference data is not among them. */
function ownRecords(deps: ExecutorDeps, command: Command): string[] {
  const parsed = parseCommand(command, deps.registry.commands)
  if (!parsed.ok) return []
  return parsed.touched.filter((ref, index) => index === 0 || ref.as === 'create').map((ref) => ref.id)
}

const judgeOneByOne: Judge = async (tx, deps, input) => {
  const result: Attempt = { logged: [], receipts: [], failures: [] }
  const waiting = new Set<string>()
  for (const command of input.commands) {
    if (touchedIds(deps, command).some((id) => waiting.has(id))) {
      result.failures.push({ id: command.id, verdict: 'retry', afterMs: 1_000, stored: [], issues: [] })
      for (const id of ownRecords(deps, command)) waiting.add(id)
      continue
    }
    const one = await trySavepoint(tx, () => judgeAsSet(tx, deps, { ...input, commands: [command] }))
    if ('value' in one) {
      result.logged.push(...one.value.logged)
      result.receipts.push(...one.value.receipts)
      result.failures.push(...one.value.failures)
    } else {
      result.failures.push(verdictOfFailure(command.id, one.error))
      for (const id of ownRecords(deps, command)) waiting.add(id)
    }
  }
  return result
}

function touchedIds(deps: ExecutorDeps, command: Command): string[] {
  const parsed = parseCommand(command, deps.registry.commands)
  return parsed.ok ? parsed.touched.map((ref) => ref.id) : []
}

function firstOfEachId(commands: readonly Command[]): Command[] {
  return [...new Map([...commands].reverse().map((command) => [command.id, command])).values()].reverse()
}

/** What the logged commands changed, for pokes. Null when they changed nothing that is synced. */
function announcementOf(tx: Tx, logged: readonly LoggedCommand[]): Promise<Announcement | null> {
  return recordAnnouncement(tx, logged.flatMap((entry) => [...entry.touched.map((ref) => ref.id), ...entry.issueIds]))
}
