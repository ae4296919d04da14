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

/** What this process and all that it started have used, ended ones included. */
function ownSeconds(): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  const processes = pids.map(readProcess).filter((one) => one !== null)
  const ours = oursAmong(processes)
  return processes.filter(({ pid }) => ours.has(pid)).reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Time in which a core was not idle since the machine started: user, nice, system, interrupts, stolen. */
function busySeconds(): number {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0, , , hard = 0, soft = 0, stolen = 0] = ticks
  return (user + nice + system + hard + soft + stolen) / ticksPerSecond
}

/**
 * Starts to watch what other processes use; the function it returns gives their share of all cores since then, in
 * percent: everything that was busy without us and our children. 0 where there is no /proc.
 */
export function watchForeignCpu(): () => number {
  const [since, used] = [performance.now(), readForeign()]
  return () => {
    const share = (readForeign() - used) / (((performance.now() - since) / 1000) * cpus().length)
    return Math.round(100 * Math.min(1, Math.max(0, share)))
  }
}

function readForeign(): number {
  return process.platform === 'linux' ? busySeconds() - ownSeconds() : 0
}
