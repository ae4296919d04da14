import type { z } from 'zod'
import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { CommandDefinition, DomainEvent } from '#shared/protocol/define-command.ts'
import type { Tx } from '../postgres/transaction.ts'

/**
 * How a type of record is kept: its table (columns are the snake_case of the schema's fields) and the schema that every
 * record must still satisfy after a command. `readOnly` types are changed by their own features, never by commands.
 */
export interface RecordType {
  type: string
  collection: CollectionName
  table: string
  schema: z.ZodObject
  /** Fields that the table keeps sealed in one column, see server/postgres/sealed-fields.ts. */
  sealed?: readonly string[]
  readOnly?: boolean
}

/** An event with what the server knows about its cause. */
export interface RecordedEvent {
  id: string
  event: DomainEvent
  command: Command
  actor: Actor
  /** Server clock, ISO 8601. */
  at: string
}

export interface PreparedCommand {
  command: Command
  /** Parsed args; a preparer may replace fields that only the server can decide. */
  args: Record<string, unknown>
}

/** What a feature brings to the sync room. */
export interface SyncPart {
  commands: readonly CommandDefinition[]
  records: readonly RecordType[]
  /** Looks at a whole batch before it is judged, inside its transaction; may change `args`. */
  prepare?(tx: Tx, batch: PreparedCommand[]): Promise<void>
  /** Called with all events of a batch inside its transaction: writes timelines and what must go out. */
  onEvents?(tx: Tx, events: RecordedEvent[]): Promise<void>
}

/** All commands and record types. Knows their shape, and none of the nouns. */
export interface SyncRegistry {
  commands: ReadonlyMap<string, CommandDefinition>
  records: ReadonlyMap<string, RecordType>
  parts: readonly SyncPart[]
}

/** Throws when two features claim the same command or record type: a mistake of the programmer, found at start. */
export function createRegistry(parts: readonly SyncPart[]): SyncRegistry {
  const commands = new Map<string, CommandDefinition>()
  const records = new Map<string, RecordType>()
  for (const part of parts) {
    for (const command of part.commands) addOnce(commands, command.name, command)
    for (const record of part.records) addOnce(records, record.type, record)
  }
  return { commands, records, parts }
}

function addOnce<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.has(key)) throw new Error(`Two features register "${key}".`)
  map.set(key, value)
}
