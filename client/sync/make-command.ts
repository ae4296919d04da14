import { uuidv7 } from '#shared/ids.ts'
import type { Actor } from '#shared/identity/actor.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { CommandDefinition } from '#shared/protocol/define-command.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { RandomSource } from '#client/device/random.ts'
import { CommandRefused } from './command-sink.ts'

/** What making a command needs: who acts, and this device's clock and randomness. */
export interface CommandMaker {
  /** As the last login or refresh said. */
  actor(): Actor
  readonly clock: DeviceClock
  readonly random: RandomSource
  readonly commands: ReadonlyMap<string, CommandDefinition>
}

/** A new envelope around parsed args (defaults filled in). Throws `CommandRefused` with the fields that are not valid. */
export function makeCommand(
  maker: CommandMaker,
  name: string,
  given: { args: Record<string, unknown>; base?: Record<string, unknown> | undefined }
): Omit<Command, 'seq'> {
  const definition = maker.commands.get(name)
  if (!definition) throw new CommandRefused('unknown_command')
  const parsed = definition.args.safeParse(given.args)
  if (!parsed.success) {
    throw new CommandRefused(
      'invalid_args',
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    )
  }
  const actor = maker.actor()
  const at = maker.clock.now()
  return {
    id: uuidv7(at, maker.random.bytes(10)),
    v: definition.version,
    name,
    args: JSON.parse(JSON.stringify(parsed.data)) as Record<string, unknown>,
    ...(given.base ? { base: given.base } : {}),
    at,
    actor: actor.userId,
    device: actor.deviceId
  }
}
