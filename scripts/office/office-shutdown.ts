import type { LogLine } from '#server/embedded/embedded-folders.ts'

/** npm passes a Ctrl-C on that the terminal has sent us already; only a later one is a person who presses again. */
const sameKeyPressMs = 1000

interface Part {
  readonly name: string
  readonly stop: () => Promise<void>
}

/**
 * What runs, in the order of its start; stopped in reverse. Each part has its own deadline inside `stop`.
 * Only this process takes Ctrl-C: the parts run in process groups of their own and would otherwise all end at once.
 */
export class OfficeShutdown {
  readonly #parts: Part[] = []
  readonly #log: LogLine
  #ending: Promise<void> | null = null

  constructor(log: LogLine) {
    this.#log = log
  }

  get isEnding(): boolean {
    return this.#ending !== null
  }

  /** To be called as soon as a part runs, so that a failure right after it stops it too. */
  add(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop })
  }

  /** Stops everything once; later calls wait for the first. */
  stop(): Promise<void> {
    this.#ending ??= this.#stopParts()
    return this.#ending
  }

  async #stopParts(): Promise<void> {
    for (const { name, stop } of this.#parts.reverse()) {
      try {
        await stop()
      } catch (error) {
        this.#log(`${name} did not stop cleanly: ${(error as Error).message}`)
      }
    }
  }

  /** Ctrl-C, a termination, a closed terminal: stop in order and exit with 0. A second Ctrl-C leaves at once; the kernel ends the parts. */
  stopOnSignals(): void {
    let askedAt = 0
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const isImpatient = this.isEnding && signal === 'SIGINT' && performance.now() - askedAt > sameKeyPressMs
        if (isImpatient) process.exit(1)
        if (this.isEnding) return
        askedAt = performance.now()
        this.#log('Stopping')
        void this.stop().then(() => process.exit(0))
      })
    }
  }
}
