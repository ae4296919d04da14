import type { Log } from '../http/request-context.ts'

export interface Loop {
  /** Runs soon, without waiting for the next time. Calls that come together run once. */
  wake(): void
  /** No further run starts; resolves when the running one is done. */
  stop(): Promise<void>
}

/** Runs `work` again and again, `everyMs` after its end; at once when it says that there is more to do. */
export function startLoop(name: string, options: { everyMs: number; log: Log }, work: () => Promise<boolean>): Loop {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = false
  let again = false
  let told = false
  const run = async () => {
    again = false
    try {
      again = (await work()) || again
      told = false
    } catch (error) {
      if (!told)
        options.log.warn(
          { job: name, error: (error as { code?: string }).code ?? (error as Error).name },
          'a job is held up'
        )
      told = true
    }
  }
  const go = () => {
    clearTimeout(timer)
    if (stopped) return
    running = run().finally(() => {
      running = undefined
      if (!stopped) timer = setTimeout(go, again ? 0 : options.everyMs)
    })
  }
  timer = setTimeout(go, 0)
  return {
    wake() {
      if (running) again = true
      else go()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
