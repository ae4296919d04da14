import { AppError } from '#shared/errors.ts'
import type { Log } from '../../../http/request-context.ts'

/** Work that goes on after its request was answered, so that the answer's time tells nothing about what was found. */
export interface Background {
  /** Throws `unavailable` when too much is under way, whoever asks. */
  run(work: () => Promise<void>): void
  /** Resolves when all of it has ended. */
  settled(): Promise<void>
}

const mostAtOnce = 50

export function createBackground(log: Log): Background {
  const underWay = new Set<Promise<void>>()
  return {
    run(work) {
      if (underWay.size >= mostAtOnce) throw new AppError('unavailable')
      const running = work()
        .catch((error: unknown) => log.error({ error: (error as Error).name }, 'work after an answer failed'))
        .finally(() => underWay.delete(running))
      underWay.add(running)
    },
    async settled() {
      await Promise.all(underWay)
    }
  }
}
