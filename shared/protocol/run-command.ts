import type { Command } from './command.ts'
import type { CommandContext, CommandDefinition, Decision, Rows, TouchedRecord } from './define-command.ts'
import { reject } from './define-command.ts'

export type ParsedCommand =
  | { ok: true; definition: CommandDefinition; args: Record<string, unknown>; touched: TouchedRecord[] }
  | { ok: false; decision: Decision }

/** Finds the definition and parses the args; an older version of the args is accepted as long as it parses. */
export function parseCommand(command: Command, definitions: ReadonlyMap<string, CommandDefinition>): ParsedCommand {
  const definition = definitions.get(command.name)
  if (!definition || command.v > definition.version) return { ok: false, decision: reject('unknown_command') }
  const parsed = definition.args.safeParse(command.args)
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    return { ok: false, decision: reject('invalid_args', fields) }
  }
  return { ok: true, definition, args: parsed.data, touched: definition.touches(parsed.data) }
}

/**
 * Judges one parsed command on the given rows: existence, right, rule, in this order. Pure: the device runs it to show
 * the effect at once, the server runs it again with its own rows, clock and actor.
 */
export function judgeCommand(parsed: Extract<ParsedCommand, { ok: true }>, rows: Rows, context: CommandContext): Decision {
  for (const touched of parsed.touched) {
    const found = rows.get(touched.type, touched.id) !== null
    if (touched.as === 'create' && found) return reject('already_exists')
    if (touched.as === 'need' && !found) return reject('missing_record')
  }
  if (!parsed.definition.may(context.actor, parsed.args, rows)) return reject('not_allowed')
  return parsed.definition.decide(rows, parsed.args, context)
}
