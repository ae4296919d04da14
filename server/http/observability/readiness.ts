/** 'down' takes the process out of the load balancer; 'degraded' is told, and the process goes on. */
export type PartState = 'ready' | 'degraded' | 'down'

export interface Readiness {
  /** Parts register once; `check` is asked on each call of /readiness. An error or 2 s of silence counts as `failure`. */
  register(part: string, check: () => Promise<PartState> | PartState, failure?: PartState): void
  report(): Promise<{ ready: boolean; parts: Record<string, PartState> }>
  /** From now on not ready: the process finishes what it has and takes nothing new. */
  startDraining(): void
  /** Called when draining starts: long-lived streams end themselves here. */
  onDraining(listener: () => void): void
  readonly draining: boolean
}

const patienceMs = 2_000

export function createReadiness(): Readiness {
  const checks = new Map<string, () => Promise<PartState>>()
  const listeners: (() => void)[] = []
  let draining = false
  return {
    register(part, check, failure = 'down') {
      checks.set(part, () => withPatience(async () => check(), failure))
    },
    async report() {
      const names = [...checks.keys()]
      const states = await Promise.all(names.map((name) => checks.get(name)!()))
      const parts = Object.fromEntries(names.map((name, index) => [name, states[index]!]))
      if (draining) parts['draining'] = 'down'
      return { ready: !Object.values(parts).includes('down'), parts }
    },
    startDraining() {
      if (draining) return
      draining = true
      for (const listener of listeners) listener()
    },
    onDraining(listener) {
      listeners.push(listener)
    },
    get draining() {
      return draining
    }
  }
}

async function withPatience(check: () => Promise<PartState>, failure: PartState): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<PartState>((resolve) => {
    timer = setTimeout(() => resolve(failure), patienceMs)
  })
  try {
    return await Promise.race([check(), tooLong])
  } catch {
    return failure
  } finally {
    clearTimeout(timer)
  }
}
