import type { Actor } from '#shared/identity/actor.ts'
import type { RejectionCode } from '#shared/errors.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import type {
  CommandContext,
  CommandDefinition,
  Decision,
  DomainEvent,
  TenantRules
} from '#shared/protocol/define-command.ts'
import { judgeCommand, parseCommand, type ParsedCommand } from '#shared/protocol/run-command.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import { layerKey, LayerRows, type LayeredRecord } from './layer-rows.ts'

/** A timeline entry of something saved here; `received` once the server has it and its own entry is on its way. */
export interface PendingEvent {
  commandId: string
  event: DomainEvent
  /** Device clock, ms. */
  at: number
  received: boolean
}

export interface PendingLayer {
  /** By `type:id`. */
  records: ReadonlyMap<string, LayeredRecord>
  events: readonly PendingEvent[]
  /** Commands that the records here no longer allow; the server decides. */
  doubtful: ReadonlyMap<string, RejectionCode>
  /** By command id: what each came to. */
  judged: ReadonlyMap<string, Judgement>
  /** What the replica holds of the records that these commands touch, by `baseKey`. What is taken out is read again. */
  base: Map<string, LocalRecord | null>
}

export const emptyLayer: PendingLayer = { records: new Map(), events: [], doubtful: new Map(), judged: new Map(), base: new Map() }

/** A command with its judgement, which holds as long as actor and records are the ones it looked at. */
interface Judgement {
  parsed: ParsedCommand
  actor: Actor
  looked: ReadonlyMap<string, LocalRecord | null>
  decision: Decision
}

export interface LayerParts {
  commands: ReadonlyMap<string, CommandDefinition>
  actor: Actor
  rules: TenantRules
  reads: Pick<ReplicaReads, 'get' | 'onChange'>
  /** Small records that rules look at beyond what a command touches: categories, departments, staff. */
  reference(): ReadonlyMap<string, LocalRecord>
}

/** `awaited`: commands the server has taken, whose own timeline entries the feed has not brought yet. */
export interface LayerInput {
  rows: readonly OutboxRow[]
  awaited: { has(id: string): boolean }
  previous: PendingLayer
}

export const baseKey = (collection: CollectionName, id: string): string => `${collection}/${id}`

/**
 * The effect of everything saved and not yet in the replica, in order of saving. A command is read and judged once, and
 * again when something it looked at is another. Received commands keep the events they had while pending, until the feed
 * has brought the server's.
 */
export async function computeLayer(parts: LayerParts, { rows, awaited, previous }: LayerInput): Promise<PendingLayer> {
  const open = rows.filter((row) => row.verdict !== 'rejected' && (row.state !== 'applied' || awaited.has(row.id)))
  const parsed = open.map((row) => previous.judged.get(row.id)?.parsed ?? parseCommand(row.command, parts.commands))
  const base = await readBase(parts, parsed, previous)
  const working = new LayerRows(recordsOf(parts, base))
  const layer = { records: working.layer, events: [] as PendingEvent[], doubtful: new Map<string, RejectionCode>(), judged: new Map<string, Judgement>(), base }
  for (const [at, row] of open.entries()) {
    const received = row.state === 'settled' || row.state === 'applied'
    const known = previous.judged.get(row.id)
    if (row.state === 'settled') layStored(working, row)
    const judgement = received ? known : judge(parts, working, { parsed: parsed[at]!, command: row.command, known })
    if (!judgement) continue
    layer.judged.set(row.id, judgement)
    const { decision } = judgement
    if (decision.ok) {
      if (!received) working.apply(decision.writes)
      layer.events.push(...decision.events.map((event) => ({ commandId: row.id, event, at: row.command.at, received })))
    } else if (!received && judgement.parsed.ok) layer.doubtful.set(row.id, decision.code)
  }
  return layer
}

/** The known judgement where it holds, else a new one. */
function judge(
  parts: LayerParts,
  working: LayerRows,
  { parsed, command, known }: { parsed: ParsedCommand; command: Command; known: Judgement | undefined }
): Judgement {
  const { actor } = parts
  if (known?.actor === actor && [...known.looked].every(([key, record]) => working.at(key) === record)) return known
  const looked = (working.looked = new Map())
  return { parsed, actor, looked, decision: parsed.ok ? judgeCommand(parsed, working, contextOf(parts, command)) : parsed.decision }
}

/** What the rules say of a new command on the records as this person sees them. */
export async function judgeOnLayer(
  parts: LayerParts,
  layer: PendingLayer,
  command: Command
): Promise<{ decision: Decision; parsed: ParsedCommand }> {
  const parsed = parseCommand(command, parts.commands)
  if (!parsed.ok) return { decision: parsed.decision, parsed }
  const rows = new LayerRows(recordsOf(parts, await readBase(parts, [parsed], layer)), layer.records)
  return { decision: judgeCommand(parsed, rows, contextOf(parts, command)), parsed }
}

function layStored(working: LayerRows, row: OutboxRow): void {
  for (const { collection, document } of row.stored) {
    if (!('type' in document)) continue
    const { rev: _rev, ...record } = document as LocalRecord & { rev: number }
    const { type, id } = record as LocalRecord
    working.layer.set(layerKey(type, id), { collection, type, id, record: record as LocalRecord })
  }
}

function contextOf(parts: LayerParts, command: Command): CommandContext {
  return {
    actor: parts.actor,
    now: command.at,
    claimedAt: command.at,
    commandId: command.id,
    base: command.base,
    tenant: parts.rules
  }
}

/** What the replica holds of the records these commands touch; read where the layer does not know it. */
async function readBase({ reads }: LayerParts, parsed: readonly ParsedCommand[], layer: PendingLayer): Promise<PendingLayer['base']> {
  const base: PendingLayer['base'] = new Map()
  const unread = new Map<CollectionName, string[]>()
  for (const { collection, id } of parsed.flatMap((one) => (one.ok ? one.touched : []))) {
    const key = baseKey(collection, id)
    if (collection === 'reference' || base.has(key)) continue
    const known = layer.base.get(key)
    base.set(key, known ?? null)
    if (known !== undefined) continue
    if (!unread.has(collection)) unread.set(collection, [])
    unread.get(collection)!.push(id)
  }
  for (const [collection, ids] of unread) {
    for (const record of (await reads.get(collection, ids)).values()) base.set(baseKey(collection, record.id), record)
  }
  return base
}

function recordsOf(parts: LayerParts, base: ReadonlyMap<string, LocalRecord | null>): Map<string, LocalRecord> {
  const records = new Map(parts.reference())
  for (const record of base.values()) if (record) records.set(layerKey(record.type, record.id), record)
  return records
}
