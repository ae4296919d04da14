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
}

export const emptyLayer: PendingLayer = { records: new Map(), events: [], doubtful: new Map() }

export interface LayerParts {
  commands: ReadonlyMap<string, CommandDefinition>
  actor: Actor
  rules: TenantRules
  reads: Pick<ReplicaReads, 'get'>
  /** Small records that rules look at beyond what a command touches: categories, departments, staff. */
  reference(): ReadonlyMap<string, LocalRecord>
}

type Parsed = Extract<ParsedCommand, { ok: true }>

/** `awaited`: commands the server has taken, whose own timeline entries the feed has not brought yet. */
export interface LayerInput {
  rows: readonly OutboxRow[]
  awaited: ReadonlySet<string>
  previous: PendingLayer
}

/**
 * The effect of everything saved and not yet in the replica, in order of saving, computed anew from the outbox. Received
 * commands keep the events they had while pending, until the feed has brought the server's.
 */
export async function computeLayer(parts: LayerParts, { rows, awaited, previous }: LayerInput): Promise<PendingLayer> {
  const open = rows.filter((row) => row.verdict !== 'rejected' && (row.state !== 'applied' || awaited.has(row.id)))
  const parsed = new Map(open.map((row) => [row.id, parseCommand(row.command, parts.commands)]))
  const working = new LayerRows(
    await touchedRecords(
      parts,
      [...parsed.values()].filter((one): one is Parsed => one.ok)
    )
  )
  const events: PendingEvent[] = []
  const doubtful = new Map<string, RejectionCode>()
  for (const row of open) {
    const one = parsed.get(row.id)
    if (row.state === 'settled' || row.state === 'applied') {
      if (row.state === 'settled') layStored(working, row)
      events.push(
        ...previous.events.filter((event) => event.commandId === row.id).map((event) => ({ ...event, received: true }))
      )
      continue
    }
    if (!one?.ok) continue
    const decision = judgeCommand(one, working, contextOf(parts, row.command))
    if (!decision.ok) doubtful.set(row.id, decision.code)
    else {
      working.apply(decision.writes)
      events.push(
        ...decision.events.map((event) => ({ commandId: row.id, event, at: row.command.at, received: false }))
      )
    }
  }
  return { records: working.layer, events, doubtful }
}

/** What the rules say of a new command on the records as this person sees them. */
export async function judgeOnLayer(
  parts: LayerParts,
  layer: PendingLayer,
  command: Command
): Promise<{ decision: Decision; parsed: ParsedCommand }> {
  const parsed = parseCommand(command, parts.commands)
  if (!parsed.ok) return { decision: parsed.decision, parsed }
  const rows = new LayerRows(await touchedRecords(parts, [parsed]))
  for (const [key, record] of layer.records) rows.layer.set(key, record)
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

async function touchedRecords(parts: LayerParts, parsed: readonly Parsed[]): Promise<Map<string, LocalRecord>> {
  const wanted = new Map<CollectionName, Set<string>>()
  for (const ref of parsed.flatMap((one) => one.touched)) {
    if (ref.collection === 'reference') continue
    wanted.set(ref.collection, (wanted.get(ref.collection) ?? new Set()).add(ref.id))
  }
  const known = new Map(parts.reference())
  for (const [collection, ids] of wanted) {
    for (const record of (await parts.reads.get(collection, [...ids])).values())
      known.set(layerKey(record.type, record.id), record)
  }
  return known
}
