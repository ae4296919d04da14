import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const ticksPerSecond = 100

interface ProcessTimes {
  readonly pid: number
  readonly parent: number
  /** Own and waited-for children's user and system time, in seconds. */
  readonly seconds: number
}

function readProcess(pid: number): ProcessTimes | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    const seconds = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
    return { pid, parent: Number(fields[1]), seconds }
  } catch {
    return null
  }
}

function oursAmong(processes: readonly ProcessTimes[]): Set<number> {
  const ours = new Set([process.pid])
  for (let before = 0; before < ours.size;) {
    before = ours.size
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid)
  }
  return ours
}

function foreignSeconds(): number {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const processes = pids.map(readProcess).filter((one) => one !== null)
  const ours = oursAmong(processes)
  const foreign = processes.filter(({ pid, parent }) => pid !== 1 && parent !== 2 && !ours.has(pid))
  return foreign.reduce((sum, { seconds }) => sum + seconds, 0)
}

/**
 * Starts to watch what other processes use; the function it returns gives their share of all cores since then, in
 * percent. Processes that came and went between are missed. 0 where there is no /proc.
 */
export function watchForeignCpu(): () => number {
  const [since, used] = [performance.now(), readForeign()]
  return () => {
    const share = (readForeign() - used) / (((performance.now() - since) / 1000) * cpus().length)
    return Math.round(100 * Math.min(1, Math.max(0, share)))
  }
}

function readForeign(): number {
  return process.platform === 'linux' ? foreignSeconds() : 0
}
