import type { WriterLock } from './disk/packed-database.ts'

/**
 * Waits for a lock so long and then goes on without it: a tab that froze while it wrote must not stop the others. What two
 * writers then do at once is found by their colliding turns.
 */
export function patientLock(lock: WriterLock, patienceMs = 3_000): WriterLock {
  return {
    hold: <Result>(name: string, work: () => Promise<Result>) =>
      new Promise<Result>((resolve, reject) => {
        let begun = false
        const begin = async (): Promise<void> => {
          if (begun) return
          begun = true
          clearTimeout(timer)
          await work().then(resolve, reject)
        }
        const timer = setTimeout(() => void begin(), patienceMs)
        lock.hold(name, begin).catch(() => begin())
      })
  }
}
