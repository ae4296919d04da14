import fc from 'fast-check'
import type { World } from '../world.ts'

/**
 * One thing that may happen. `args` are small numbers that pick among what is there when it happens, so that every
 * command can run in every world, and a failing list can be shortened freely.
 */
export interface SoakCommand<Args> {
  name: string
  /** How often it comes up compared with the others. */
  weight: number
  args: fc.Arbitrary<Args>
  run(world: World, args: Args): Promise<void>
}

export function soakCommand<Args>(command: SoakCommand<Args>): SoakCommand<unknown> {
  return command as SoakCommand<unknown>
}

class Step implements fc.AsyncCommand<object, World> {
  readonly #command: SoakCommand<unknown>
  readonly #args: unknown

  constructor(command: SoakCommand<unknown>, args: unknown) {
    this.#command = command
    this.#args = args
  }

  check(): boolean {
    return true
  }

  async run(_model: object, world: World): Promise<void> {
    counts.set(this.#command.name, (counts.get(this.#command.name) ?? 0) + 1)
    onStep.tell(String(this))
    await this.#command.run(world, this.#args)
  }

  toString(): string {
    return `${this.#command.name}(${JSON.stringify(this.#args)})`
  }
}

/** Told of each command before it runs. */
export const onStep = { tell: (_step: string): void => undefined }

/** How often each command ran in this process. */
export const counts = new Map<string, number>()

export function stepsOf(commands: readonly SoakCommand<unknown>[], most: number): fc.Arbitrary<Iterable<fc.AsyncCommand<object, World>>> {
  const arbitraries = commands.flatMap((command) =>
    Array.from({ length: command.weight }, () => command.args.map((args) => new Step(command, args))))
  return fc.commands(arbitraries, { maxCommands: most, size: 'max' })
}

/** A small number to pick with. */
export const choice = fc.nat({ max: 11 })
export const at = <Value>(values: readonly Value[], index: number): Value | undefined => values[index % Math.max(1, values.length)]
