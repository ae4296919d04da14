import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 10 * 60_000
const unsignedGraceMs = 5000

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isAbandoned(lock: string): boolean {
  try {
    return !isAlive(Number(readFileSync(join(lock, 'pid'), 'utf8')))
  } catch {
    return isOlderThanGrace(lock)
  }
}

function isOlderThanGrace(lock: string): boolean {
  try {
    return Date.now() - statSync(lock).mtimeMs > unsignedGraceMs
  } catch {
    return false
  }
}

function tryTake(lock: string): boolean {
  try {
    mkdirSync(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  return true
}

function breakLock(lock: string): void {
  const aside = `${lock}.${process.pid}.${process.hrtime.bigint()}`
  try {
    renameSync(lock, aside)
    rmSync(aside, { recursive: true, force: true })
  } catch {
    return
  }
}

/**
 * Runs `work` while holding the folder `lock`, so that two processes of this machine never do it at once.
 * A lock whose process has died is broken. Throws a sentence after ten minutes of waiting.
 */
export async function withFolderLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true })
  const giveUpAt = Date.now() + patienceMs
  while (!tryTake(lock)) {
    if (isAbandoned(lock)) breakLock(lock)
    else if (Date.now() > giveUpAt) throw new Error(`Another process has held ${lock} for ten minutes; end it or delete that folder.`)
    else await sleep(100)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
