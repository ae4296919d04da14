import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One whose parent lives is in use; one without is ending by itself and only needs time to write its last pages. */
const patienceMs = { inUse: 2000, ending: 30_000 }

function pidIn(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    return pid > 0 ? pid : null
  } catch {
    return null
  }
}

function runsProgram(pid: number, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program)
  } catch {
    return false
  }
}

function isOrphan(pid: number): boolean {
  try {
    return /^PPid:\s+[01]$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

/**
 * Makes sure that no earlier `program` still works on the folder that holds `pidFile`.
 * One that is just ending after its parent died is waited for; a pid file whose process is gone,
 * or whose number now belongs to another program, is removed. Throws a sentence when it goes on running.
 */
export async function awaitPreviousProcess(pidFile: string, program: string, label: string): Promise<void> {
  const pid = pidIn(pidFile)
  if (pid === null) return
  const giveUpAt = Date.now() + (isOrphan(pid) ? patienceMs.ending : patienceMs.inUse)
  while (runsProgram(pid, program)) {
    if (Date.now() > giveUpAt) {
      throw new Error(`${label} is already running on this data folder (process ${pid}). Stop that one first, or set DATA_DIR to another folder.`)
    }
    await sleep(50)
  }
  rmSync(pidFile, { force: true })
}
